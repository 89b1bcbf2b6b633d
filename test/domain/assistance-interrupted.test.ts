/**
 * An agent has to go in the middle of it: who keeps the customer, and what becomes of the request
 * that is open.
 */
import { describe, expect, it } from 'vitest';
import type { AgentEvent } from '../../shared/domain/agent/agent.ts';
import type { Decision, World } from '../../shared/domain/conversation/conversation.ts';
import { accept, leave, offer, offerExpired, release, requestExpired } from '../support/events.ts';
import { decided, member, names, openTasks, pending, roles, said, taskChanges } from '../support/decision.ts';
import { ASKABLE, asks, LEAVING, slaReached, STAYING, toAgent } from '../support/requests.ts';
import { after, agent, among, NOW, rules, talk, type Part } from '../support/world.ts';

const loggedOut: AgentEvent = { type: 'requestState', at: NOW, name: 'LOGOUT', reasonCode: null };
const lost = (id: string): AgentEvent => ({
  type: 'connectionLost',
  at: NOW,
  connectionId: `${id}-desk`,
  graceSeconds: 60,
});
const graceOver: AgentEvent = { type: 'graceExpired', at: NOW + 60_000, epoch: 1 };

/** This happens to the agent, and everything that is taken from them is released. */
function happens(world: World, id: string, ...events: AgentEvent[]): Decision {
  const gone = among(world, after(member(world.agents, id), ...events));
  const slots = Object.entries(member(gone.agents, id).slots).filter(([, slot]) => slot.evicted);
  const [first, ...rest] = slots.map(([taskId]) => release(id, taskId, events.at(-1)?.at));
  if (!first) return { world: gone, events: [], effects: [] };
  return decided(gone, first, ...rest);
}

const WENT: [string, (id: string) => AgentEvent[]][] = [
  ['logs out', () => [loggedOut]],
  ['is logged out by force', () => [{ type: 'forcedOut', at: NOW, reasonCode: null }]],
  ['does not come back in time', (id) => [lost(id), graceOver]],
];

describe.each(WENT)('Somebody who %s', (_, events) => {
  it.each<[string, Record<string, Part>, string[], Record<string, string>, string[]]>([
    ['the only one with the customer', { amy: 'PRIMARY' }, ['QUEUED 11'], {}, []],
    ['with a consulted colleague', { amy: 'PRIMARY', bob: 'ASSISTANT' }, ['QUEUED 11'], {}, ['bob']],
    [
      'with a silent supervisor',
      { amy: 'PRIMARY', sam: 'SILENT_MONITOR' },
      ['QUEUED 11'],
      { sam: 'SILENT_MONITOR' },
      [],
    ],
    ['with a whispering supervisor', { amy: 'PRIMARY', sam: 'WHISPER' }, ['QUEUED 11'], { sam: 'ASSISTANT' }, []],
    ['with a supervisor who barged in', { amy: 'PRIMARY', sam: 'BARGED_IN' }, [], { sam: 'PRIMARY' }, []],
    [
      'with a barged-in supervisor, a monitor and an assistant',
      { amy: 'PRIMARY', sam: 'BARGED_IN', sue: 'SILENT_MONITOR', bob: 'ASSISTANT' },
      ['ACTIVE 1'],
      { sam: 'PRIMARY', sue: 'SILENT_MONITOR', bob: 'ASSISTANT' },
      [],
    ],
    ['one of several with the customer', { amy: 'PRIMARY', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['a consulted colleague', { amy: 'ASSISTANT', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['in wrap-up', { amy: 'WRAP_UP', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['in wrap-up, as the last', { amy: 'WRAP_UP' }, [], {}, []],
    ['a silent monitor', { amy: 'SILENT_MONITOR', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['whispering', { amy: 'WHISPER', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['barged in beside the agent', { amy: 'BARGED_IN', bob: 'PRIMARY' }, ['ACTIVE 1'], { bob: 'PRIMARY' }, []],
    ['barged in, and the agent has left', { amy: 'BARGED_IN' }, ['QUEUED 11'], {}, []],
    [
      'barged in, with a monitor',
      { amy: 'BARGED_IN', sue: 'SILENT_MONITOR' },
      ['QUEUED 11'],
      { sue: 'SILENT_MONITOR' },
      [],
    ],
  ])('as %s leaves the right ones behind', (__, parts, tasks, left, sentAway) => {
    const decision = happens(talk(parts), 'amy', ...events('amy'));
    expect(openTasks(decision.world)).toEqual(tasks);
    expect(roles(decision.world)).toEqual(left);
    expect(said(decision).filter((line) => line.includes('PRIMARY AGENT LEFT'))).toEqual(
      sentAway.map((id) => `${id}: topicUnsubscription PRIMARY AGENT LEFT`),
    );
    for (const id of ['amy', ...sentAway]) expect(member(decision.world.agents, id).slots).toEqual({});
  });

  it.each(STAYING)('after asking for %s no longer wants anybody, and the customer goes home', (direction) => {
    for (const ringing of [false, true]) {
      const asked = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction)).world;
      const { id } = pending(asked);
      const world = ringing ? decided(asked, offer(id, 'bob')).world : asked;
      const decision = happens(world, 'amy', ...events('amy'));
      expect(taskChanges(decision)).toContain(`${id} CLOSED/FORCE_CLOSED media CLOSED`);
      expect(said(decision)).toEqual([
        ...(ringing ? ['bob: revokeTask FORCE_CLOSED'] : []),
        'amy: onAssistanceOutcome', // for the next session: nobody speaks for them now
      ]);
      expect(pending(decision.world)).toMatchObject({ phase: 'QUEUED', direction: 'INBOUND', priority: 11 });
      expect(member(decision.world.agents, 'bob').slots).toEqual({});
    }
  });

  it.each(STAYING)('after asking for %s leaves the request to the other agent', (direction) => {
    const { world } = decided(talk({ amy: 'PRIMARY', carol: 'PRIMARY' }), asks('amy', direction));
    const { world: left } = happens(world, 'amy', ...events('amy'));
    expect(roles(left)).toEqual({ carol: 'PRIMARY' });
    expect(pending(left)).toEqual(pending(world));
  });

  it.each(LEAVING)('in wrap-up after a %s leaves the request as it is', (direction) => {
    const { world } = decided(talk({ amy: 'PRIMARY' }), asks('amy', direction));
    const decision = happens(world, 'amy', ...events('amy'));
    expect(taskChanges(decision)).toEqual(['amy-task CLOSED/TRANSFERRED media CLOSED']);
    expect(openTasks(decision.world)).toEqual(['QUEUED 1']);
  });
});

describe.each<[string, AgentEvent]>([
  ['logs out', loggedOut],
  ['loses their connection', lost('bob')],
])('A colleague who %s while it rings', (_, event) => {
  it.each([...STAYING, ...LEAVING])('is replaced by another of the queue: %s', (direction) => {
    const asked = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction)).world;
    const ringing = decided(asked, offer(pending(asked).id, 'bob')).world;
    const { world } = happens(ringing, 'bob', event);
    const { direction: same, ttl, request } = pending(asked);
    expect(pending(world)).toMatchObject({ phase: 'QUEUED', direction: same, priority: 11, ttl, request });
    expect(member(world.agents, 'bob').slots).toEqual({});
  });
});

describe.each<[string, AgentEvent[]]>([
  ['logs out', [loggedOut]],
  ['does not come back in time', [lost('bob'), graceOver]],
])('A colleague who was asked by name and %s while it rings', (_, events) => {
  it.each(STAYING)('is not replaced: %s', (direction) => {
    const { world } = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction, toAgent('bob')));
    const decision = happens(world, 'bob', ...events);
    expect(names(decision)).toContain('NO_AGENT_AVAILABLE');
    expect(openTasks(decision.world)).toEqual(['ACTIVE 1']);
  });

  it.each(LEAVING)('leaves the customer to their queue: %s', (direction) => {
    const free = { rules: rules({ wrapUpSeconds: null }) };
    const { world } = decided(
      among(talk({ amy: 'PRIMARY' }, free), agent('bob')),
      asks('amy', direction, toAgent('bob')),
    );
    const decision = happens(world, 'bob', ...events);
    expect(names(decision)).toContain('NO_AGENT_AVAILABLE');
    expect(pending(decision.world)).toMatchObject({ direction: 'INBOUND', priority: 11, rules: free.rules });
  });
});

it.each([...STAYING, ...LEAVING])(
  'A colleague who was asked by name and loses their connection still has it: %s',
  (direction) => {
    const { world } = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', direction, toAgent('bob')));
    const { world: away } = happens(world, 'bob', lost('bob'));
    expect(away.conversation).toBe(world.conversation);
    expect(member(away.agents, 'bob').slots).toEqual(member(world.agents, 'bob').slots);
    const rungOut = decided(away, offerExpired(pending(away).id, 'bob', NOW + 30_000));
    expect(names(rungOut)).toContain('NO_AGENT_AVAILABLE');
    expect(member(rungOut.world.agents, 'bob').slots).toEqual({});
  },
);

describe('Both the agent and the colleague on the way', () => {
  it.each(['amy', 'bob'])('may go, %s first: the customer is asked for once', (first) => {
    const second = first === 'amy' ? 'bob' : 'amy';
    const asked = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', 'CONSULT')).world;
    const ringing = decided(asked, offer(pending(asked).id, 'bob')).world;
    const { world } = happens(happens(ringing, first, loggedOut).world, second, loggedOut);
    expect(openTasks(world)).toEqual(['QUEUED 11']);
    expect(pending(world)).toMatchObject({ direction: 'INBOUND' });
  });

  it('may go after a consult transfer: the customer goes home', () => {
    const taken = decided(talk({ amy: 'PRIMARY', bob: 'ASSISTANT' }), asks('amy', 'CONSULT_TRANSFER', toAgent('bob')));
    const { world } = happens(happens(taken.world, 'amy', loggedOut).world, 'bob', loggedOut);
    expect(openTasks(world)).toEqual(['QUEUED 11']);
  });
});

describe('That nobody was found is said in the conversation, and to whoever asked:', () => {
  const asked = (
    direction: (typeof ASKABLE)[number],
    others: Record<string, Part> = {},
    wrapUpSeconds: number | null = null,
  ) => decided(talk({ amy: 'PRIMARY', ...others }, { rules: rules({ wrapUpSeconds }) }), asks('amy', direction)).world;

  it.each<[string, World, string[]]>([
    ...STAYING.map((direction): [string, World, string[]] => [
      `the one who asked for ${direction} hears it`,
      asked(direction),
      ['amy'],
    ]),
    ...LEAVING.flatMap((direction): [string, World, string[]][] => [
      [`the one who asked for ${direction} and wraps up hears it`, asked(direction, {}, 60), ['amy']],
      [`the one who asked for ${direction} and has left hears how it ended`, asked(direction), []],
      [`a colleague who stayed after ${direction} hears it`, asked(direction, { carol: 'PRIMARY' }), ['carol']],
    ]),
    [
      'the one who asked for company and has left hears how it ended, and so does the colleague who stayed',
      decided(asked('CONSULT', { carol: 'PRIMARY' }), leave('amy')).world,
      ['carol'],
    ],
    [
      'the one who asked and comes back just now reads it in the snapshot',
      decided(asked('CONSULT'), { type: 'agentReconnected', at: NOW, agentId: 'amy', connectionId: 'new-desk' }).world,
      [],
    ],
  ])('%s', (_, world, hearers) => {
    const { ttl } = pending(world);
    const decision = decided(world, requestExpired(ttl.timerId, ttl.expiresAt));
    expect(names(decision)).toContain('NO_AGENT_AVAILABLE');
    const { participants } = decision.world.conversation;
    expect(Object.keys(participants).filter((id) => participants[id]?.live)).toEqual(hearers);
    expect(said(decision)).toEqual(['amy: onAssistanceOutcome']);
  });
});

describe('An agent who was called away from a customer', () => {
  it('called nobody after them: what they asked for is called off', () => {
    const asked = decided(talk({ amy: 'PRIMARY' }), asks('amy', 'DIRECT_CONFERENCE')).world;
    const callback = { id: 'cb', name: 'Callback' };
    const decision = happens(asked, 'amy', { type: 'requestState', at: NOW, name: 'NOT_READY', reasonCode: callback });
    expect(said(decision)).toEqual(['amy: topicUnsubscription REROUTED', 'amy: onAssistanceOutcome']);
    expect(pending(decision.world)).toMatchObject({ direction: 'INBOUND', priority: 11 });
  });

  it('by the response time leaves the customer to the queue, also when they had asked for a colleague', () => {
    const slow = { rules: rules({ agentSlaSeconds: 60 }) };
    const { conversation, ...rest } = talk({ amy: 'PRIMARY' }, slow);
    const sla = { startedAt: NOW, totalSeconds: 60, shown: 90 };
    const world = among({ ...rest, conversation: { ...conversation, sla } }, agent('bob'));
    const { world: asked } = decided(world, asks('amy', 'CONSULT', toAgent('bob')));
    const decision = decided(asked, slaReached(NOW, 100, NOW + 60_000));
    expect(said(decision)).toEqual([
      'amy: topicUnsubscription AGENT SLA EXPIRED',
      'bob: revokeTask FORCE_CLOSED',
      'amy: onAssistanceOutcome',
    ]);
    expect(pending(decision.world)).toMatchObject({ direction: 'INBOUND', priority: 11 });
  });
});

describe('An agent who comes back to a desk', () => {
  it('within the grace still has what they asked for', () => {
    const { world } = decided(talk({ amy: 'PRIMARY' }), asks('amy', 'CONSULT'));
    const decision = happens(world, 'amy', lost('amy'));
    expect(decision.world.conversation).toBe(world.conversation);
    expect(roles(decision.world)).toEqual({ amy: 'PRIMARY' });
  });

  it('hears of it only after the snapshot', () => {
    const { world } = decided(among(talk({ amy: 'PRIMARY' }), agent('bob')), asks('amy', 'CONSULT', toAgent('bob')));
    const back = { type: 'agentReconnected' as const, at: NOW, agentId: 'amy', connectionId: 'new-desk' };
    const { world: joined } = decided(world, back, accept(pending(world).id, 'bob'));
    expect(joined.conversation.participants['amy']).toMatchObject({ connectionId: 'new-desk', live: false });
    const seen = { type: 'snapshotSeen' as const, at: NOW, agentId: 'amy', connectionId: 'new-desk' };
    expect(decided(joined, { ...seen, seq: world.conversation.lastSeq }).world).toBe(joined);
    const { lastSeq } = joined.conversation;
    expect(decided(joined, { ...seen, seq: lastSeq }).world.conversation.participants['amy']?.live).toBe(true);
  });
});
