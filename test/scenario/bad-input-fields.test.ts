/**
 * A wrong value of every field of every event: the desk is told which one, and nothing is done. Of
 * every wrong kind: test/domain/wrong-fields.
 */
import { describe, expect, it } from 'vitest';
import { agentEvents, aliases, type AgentEventName } from '../../shared/protocol/agent-events.ts';
import { agentSamples, changeOfMrd } from '../fixtures/samples.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { mutations, onePerField } from '../support/mutations.ts';
import { refusal, served, standingAgent } from '../support/refusal.ts';
import { withoutTrace } from '../support/table.ts';

// Amy says more in a second than desks may, again and again.
const environment = { LEASE_SECONDS: '600', GRACE_SECONDS: '600', FRAMES_PER_SECOND: '1000' };
const centre = contactCentre({ environment });
const amy = standingAgent(centre);

const events = Object.keys(agentEvents) as AgentEventName[];
/**
 * Both variants of the one event that has two with members of their own, and one sample of each
 * other.
 */
const samples: [string, AgentEventName, unknown][] = [
  ...events
    .filter((name) => name !== 'heartbeat')
    .map((name): [string, AgentEventName, unknown] => [name, name, agentSamples[name]]),
  ['changeAgentState of an MRD', 'changeAgentState', changeOfMrd],
];

describe('A desk whose payload is wrong', () => {
  it.each(samples)('is told the first wrong field of %s', async (sampled, action, sample) => {
    const wrong = onePerField(mutations(agentEvents[action], agentEvents[action].parse(sample)));
    expect(wrong.length).toBeGreaterThan(1);
    const { desk } = amy;
    const idOf = (index: number) => `${sampled} ${index}`; // one that was used before would be answered as it was then
    desk.frames.length = 0;
    await withoutTrace(centre.stack, async () => {
      for (const [index, { payload }] of wrong.entries()) desk.send(action, payload, idOf(index));
      for (const [index, { name, complaint: msg }] of wrong.entries()) {
        const id = idOf(index);
        const { data } = await desk.next('ack', (ack) => ack.id === id);
        expect(data, name).toEqual({ id, status: 'error', code: 'event.invalid', msg });
      }
      await served(desk);
    });
    const errors = () => desk.frames.filter(({ event }) => event === 'errors').map(({ data }) => data);
    await centre.eventually(() => errors().length >= wrong.length || undefined);
    const told = errors();
    const expected = wrong.map(({ complaint: msg }, index) => ({
      task: action,
      code: 'event.invalid',
      msg,
      id: idOf(index),
    }));
    expect(told).toHaveLength(expected.length);
    for (const refused of expected) expect(told).toContainEqual(expect.objectContaining(refused));
  });

  it.each(events)('is told so where the whole payload of %s is of another kind', async (action) => {
    await withoutTrace(centre.stack, async () => {
      for (const data of [7, true, [], [{}], 'not JSON at all']) {
        if (action === 'deletePullModeRequest' && typeof data === 'string') continue; // a bare id is a payload there
        const told = await refusal(amy.desk, JSON.stringify({ action, data }));
        expect(told).toMatchObject({ task: action, code: 'event.invalid' });
      }
    });
  });

  const mayBeEmpty: AgentEventName[] = ['heartbeat', 'subscribeTeam'];

  it.each(events.filter((name) => !mayBeEmpty.includes(name)))('is told so where %s has no payload', async (action) => {
    await withoutTrace(centre.stack, async () => {
      for (const frame of [{ action }, { action, data: null }, { action, data: {} }]) {
        expect(await refusal(amy.desk, JSON.stringify(frame))).toMatchObject({ task: action, code: 'event.invalid' });
      }
    });
  });

  it.each(Object.entries(aliases))('is told the name of the event where it says "%s"', async (action, event) => {
    const told = await withoutTrace(centre.stack, () =>
      refusal(amy.desk, JSON.stringify({ action, data: { conversationId: 7 } })),
    );
    expect(told).toMatchObject({ task: event, code: 'event.invalid' });
  });
});

describe('A desk that speaks for somebody else', () => {
  it.each(events.filter((name) => name !== 'heartbeat'))('is refused: %s', async (action) => {
    const payload = agentEvents[action].parse(agentSamples[action]);
    const data = { ...payload, agentId: 'somebody-else' };
    const told = await withoutTrace(centre.stack, () => refusal(amy.desk, JSON.stringify({ action, data, id: 'm1' })));
    expect(told).toMatchObject({ task: action, code: 'agent.mismatch', id: 'm1' });
  });
});
