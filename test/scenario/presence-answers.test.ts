/**
 * Desks disable their state controls until a presence arrives, so every request to change a state
 * is answered by exactly one.
 */
import { describe, expect, it } from 'vitest';
import { contactCentre } from '../support/contact-centre.ts';

const centre = contactCentre();

const state = (name: string, reasonCode?: unknown) => ({ action: 'agentState', state: { name, reasonCode } });
const mrd = (mrdId: string, to: string) => ({ action: 'agentMRDState', mrdId, state: to });
const lunch = { id: 'lunch', name: 'Lunch', description: 'At lunch', type: 'NOT_READY', code: 101 };

/** Global state, reason, CHAT, CX_VOICE. */
type Standing = [global: string, reason: string | null, chat: string, voice: string];

/**
 * What the presence says of the change: whether the global state changed, and which MRDs; null if
 * nothing did.
 */
type Change = { agentStateChanged: boolean; mrdStateChanges: string[] } | null;

const BOTH = ['CHAT', 'CX_VOICE'];
const globally = (...mrdStateChanges: string[]) => ({ agentStateChanged: true, mrdStateChanges });
const onMrd = (...mrdStateChanges: string[]) => ({ agentStateChanged: false, mrdStateChanges });

/** One request after the other, at one desk. */
const story: [what: string, request: unknown, change: Change, then: Standing, code?: string][] = [
  ['READY', state('READY', null), globally(...BOTH), ['READY', null, 'READY', 'READY']],
  ['READY again', state('READY', null), null, ['READY', null, 'READY', 'READY']],
  [
    'NOT_READY with a reason',
    state('NOT_READY', lunch),
    globally(...BOTH),
    ['NOT_READY', 'Lunch', 'NOT_READY', 'NOT_READY'],
  ],
  ['NOT_READY with the same reason', state('NOT_READY', lunch), null, ['NOT_READY', 'Lunch', 'NOT_READY', 'NOT_READY']],
  [
    'NOT_READY with another reason, by its id',
    state('NOT_READY', 'break'),
    globally(),
    ['NOT_READY', 'Break', 'NOT_READY', 'NOT_READY'],
  ],
  [
    'NOT_READY with a reason object of an id only',
    state('NOT_READY', { id: 'training' }),
    globally(),
    ['NOT_READY', 'Training', 'NOT_READY', 'NOT_READY'],
  ],
  [
    'NOT_READY with an unknown reason',
    state('NOT_READY', 'holiday'),
    null,
    ['NOT_READY', 'Training', 'NOT_READY', 'NOT_READY'],
    'reason.unknown',
  ],
  ['NOT_READY with an empty reason', state('NOT_READY', ''), globally(), ['NOT_READY', null, 'NOT_READY', 'NOT_READY']],
  [
    'NOT_READY without a reason',
    { action: 'agentState', state: { name: 'NOT_READY' } },
    null,
    ['NOT_READY', null, 'NOT_READY', 'NOT_READY'],
  ],
  [
    'an MRD READY while the agent is not',
    mrd('CHAT', 'READY'),
    null,
    ['NOT_READY', null, 'NOT_READY', 'NOT_READY'],
    'state.invalid',
  ],
  [
    'an MRD NOT_READY that is so already',
    mrd('CHAT', 'NOT_READY'),
    null,
    ['NOT_READY', null, 'NOT_READY', 'NOT_READY'],
  ],
  [
    'READY with a reason, which is dropped',
    state('READY', lunch),
    globally(...BOTH),
    ['READY', null, 'READY', 'READY'],
  ],
  ['an MRD NOT_READY', mrd('CX_VOICE', 'NOT_READY'), onMrd('CX_VOICE'), ['READY', null, 'READY', 'NOT_READY']],
  ['an MRD READY', mrd('CX_VOICE', 'READY'), onMrd('CX_VOICE'), ['READY', null, 'READY', 'READY']],
  ['an MRD READY that is so already', mrd('CX_VOICE', 'READY'), null, ['READY', null, 'READY', 'READY']],
  [
    'BUSY on an MRD that nobody else controls',
    mrd('CHAT', 'BUSY'),
    null,
    ['READY', null, 'READY', 'READY'],
    'state.invalid',
  ],
  ['ACTIVE on an MRD', mrd('CHAT', 'ACTIVE'), null, ['READY', null, 'READY', 'READY'], 'state.invalid'],
  ['INTERRUPTED on an MRD', mrd('CHAT', 'INTERRUPTED'), null, ['READY', null, 'READY', 'READY'], 'state.invalid'],
  [
    'PENDING_NOT_READY on an MRD',
    mrd('CHAT', 'PENDING_NOT_READY'),
    null,
    ['READY', null, 'READY', 'READY'],
    'state.invalid',
  ],
  ['LOGOUT on an MRD', mrd('CHAT', 'LOGOUT'), null, ['READY', null, 'READY', 'READY'], 'state.invalid'],
  ['an unknown MRD', mrd('FAX', 'READY'), null, ['READY', null, 'READY', 'READY'], 'mrd.unknown'],
  ['a state that is none', state('HAPPY'), null, ['READY', null, 'READY', 'READY'], 'event.invalid'],
  ['an MRD state that is none', mrd('CHAT', 'HAPPY'), null, ['READY', null, 'READY', 'READY'], 'event.invalid'],
  [
    'an MRD state without an MRD',
    { action: 'agentMRDState', state: 'READY' },
    null,
    ['READY', null, 'READY', 'READY'],
    'event.invalid',
  ],
  [
    'the shape of the other action',
    { action: 'agentState', state: 'READY' },
    null,
    ['READY', null, 'READY', 'READY'],
    'event.invalid',
  ],
  [
    'an unknown action',
    { action: 'agentMood', state: 'READY' },
    null,
    ['READY', null, 'READY', 'READY'],
    'event.invalid',
  ],
  ['nothing', {}, null, ['READY', null, 'READY', 'READY'], 'event.invalid'],
  ['a text', 'READY', null, ['READY', null, 'READY', 'READY'], 'event.invalid'],
  [
    'a state of somebody else',
    { ...state('NOT_READY'), agentId: 'bob' },
    null,
    ['READY', null, 'READY', 'READY'],
    'agent.mismatch',
  ],
  ['a reason that is none', state('NOT_READY', 7), null, ['READY', null, 'READY', 'READY'], 'event.invalid'],
  ['LOGOUT', state('LOGOUT', null), globally(...BOTH), ['LOGOUT', null, 'LOGOUT', 'LOGOUT']],
];

describe('A request to change a state', () => {
  it('is answered by exactly one presence, whatever it asks for', async () => {
    const pat = await centre.person();
    const desk = await pat.connect();
    let changedAt = (await desk.next('agentPresence_')).data.agentPresence.stateChangeTime;
    desk.frames.length = 0;
    for (const [what, data, change, then, code] of story) {
      desk.send('changeAgentState', data);
      const presence = (await desk.next('agentPresence_')).data;
      if (code) expect((await desk.next('errors')).data, what).toMatchObject({ task: 'changeAgentState', code });
      const { agentPresence, action, agentStateChanged, mrdStateChanges } = presence;
      const expected = change ?? { agentStateChanged: false, mrdStateChanges: [] };
      expect({ agentStateChanged, mrdStateChanges }, what).toEqual(expected);
      expect(action, what).toBe(change ? 'AGENT_STATE_CHANGED' : 'AGENT_STATE_UNCHANGED');
      const { name, reasonCode } = agentPresence.state;
      const mrds = agentPresence.agentMrdStates.map((m) => m.state);
      expect([name, reasonCode?.name ?? null, ...mrds], what).toEqual(then);
      const at = agentPresence.stateChangeTime;
      if (agentStateChanged) expect(at, what).toBeGreaterThan(changedAt);
      else expect(at, what).toBe(changedAt);
      changedAt = at;
    }
    await centre.passes(500);
    expect(desk.frames).toEqual([]);
  });

  it('is answered so too where the frame itself is wrong', async () => {
    const desk = await (await centre.person()).connect();
    desk.frames.length = 0;
    desk.raw('{"action":"changeAgentState","id":7}');
    desk.raw('{"action":"changeAgentState","data":null}');
    await desk.next('agentPresence_');
    await desk.next('agentPresence_');
    expect((await desk.next('errors')).data.task).toBe('changeAgentState');
    expect((await desk.next('errors')).data.task).toBe('changeAgentState');
    await centre.passes(300);
    expect(desk.frames).toEqual([]);
  });

  it('is answered so too where many come at once', async () => {
    const pat = await centre.person();
    const desk = await pat.connect();
    desk.frames.length = 0;
    const requests = Array.from({ length: 20 }, (_, index) => state(index % 2 === 0 ? 'READY' : 'NOT_READY', null));
    for (const request of requests) desk.send('changeAgentState', request);
    await centre.poll(() => desk.frames.length, { timeout: 15_000 }).toBeGreaterThanOrEqual(requests.length);
    await centre.passes(500);
    expect(desk.frames.filter(({ event }) => event === 'agentPresence_')).toHaveLength(requests.length);
  });
});
