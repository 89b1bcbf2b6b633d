/**
 * What a change costs before anybody hears of it: DynamoDB round trips one after the other,
 * whatever runs beside them.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { agentMessage, contactCentre } from '../support/contact-centre.ts';
import type { Meter } from '../../infra/strict/dynamodb/meter.ts';
import { callsInSequence } from '../support/tap.ts';
import { talk } from '../support/talk.ts';

const centre = contactCentre({ alone: true });
let meter: Meter;
beforeAll(() => {
  // So that calls which are made together also overlap on a busy machine.
  centre.stack.database.faults.hold(200);
  meter = centre.stack.database.meter();
});

/**
 * What follows a greeting or an offer (the receipt, the follow-up) has ended: nothing is called.
 */
async function quiet(): Promise<void> {
  for (let before = -1; before !== meter.calls.length;) {
    before = meter.calls.length;
    await centre.passes(1_000);
  }
}

/** The calls from now until `heard` has come. */
async function before(heard: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await heard();
  const until = performance.now();
  const mine = meter.calls.filter(({ startedAt, endedAt }) => startedAt >= since && endedAt <= until);
  return callsInSequence(mine);
}

describe('DynamoDB round trips before the first post', () => {
  it('are at most two for a change of state, with a frame id as without', async () => {
    const agent = await centre.person();
    const desk = await agent.connect();
    await quiet();
    for (const [name, id] of [['READY'], ['NOT_READY', 'a1']] as const) {
      desk.frames.length = 0;
      const count = await before(async () => {
        desk.send('changeAgentState', { action: 'agentState', state: { name, reasonCode: null } }, id);
        await desk.next('agentPresence_', ({ agentPresence }) => agentPresence.state.name === name);
      });
      expect(count).toBeGreaterThan(0);
      expect(count).toBeLessThanOrEqual(2);
      await quiet();
    }
  });

  it('are at most three for an accepted offer and two for a message', async () => {
    const queue = await centre.queue();
    const desk = await (await centre.person(['agent'], { attributes: { [queue]: 1 } })).ready();
    const { conversationId } = await centre.customer(queue);
    const { data } = await desk.next('taskRequest');
    await quiet();
    const accepting = await before(async () => {
      desk.send('topicSubscription', { conversationId, taskId: data.taskId }, 'b1');
      await desk.next('onTopicData');
    });
    expect(accepting).toBeGreaterThan(0);
    expect(accepting).toBeLessThanOrEqual(3);
    await desk.next('ack');
    await quiet();
    const publishing = await before(async () => {
      desk.send('publishCimEvent', { conversationId, cimEvent: agentMessage('Hello') }, 'b2');
      await desk.cim('AGENT_MESSAGE');
    });
    expect(publishing).toBe(2);
  });
});

describe('A heartbeat', () => {
  it('is one write, with a frame id as without, and keeps no answer', async () => {
    const desk = await (await centre.person()).connect();
    await desk.ask('heartbeat'); // the first begins the lease
    await quiet();
    const since = meter.calls.length;
    for (const id of ['h1', 'h1', 'h2'])
      expect(await desk.ask('heartbeat', {}, id)).toMatchObject({ id, status: 'ok' });
    const beats = meter.calls.slice(since).map(({ operation, units }) => [operation, units.write]);
    expect(beats).toEqual(Array(3).fill(['UpdateItem', 1]));
  });
});

describe('A message', () => {
  /** The units of what one function asks for from now on. */
  async function unitsOf(caller: string, act: () => Promise<unknown>): Promise<{ read: number; write: number }> {
    const since = meter.calls.length;
    await act();
    await quiet();
    const mine = meter.calls.slice(since).filter((call) => call.caller === caller);
    const sum = (kind: 'read' | 'write') => mine.reduce((total, { units }) => total + units[kind], 0);
    return { read: sum('read'), write: sum('write') };
  }

  it.each([
    ['', {}],
    [', where silent customers are asked', { inactivity: [{ inactivitySeconds: 3_600 }] }],
  ])('of an agent is five write units with a frame id, and one of a customer is four%s', async (_, settings) => {
    const { desk, conversationId, customer } = await talk(centre, settings);
    const says = async (text: string, id: string) =>
      expect(await desk.ask('publishCimEvent', { conversationId, cimEvent: agentMessage(text) }, id)).toMatchObject({
        status: 'ok',
      });
    await desk.ask('heartbeat'); // so that there is a lease
    expect(await unitsOf('agent.publishCimEvent', () => says('Good morning, how can I help?', 'm1'))).toEqual({
      read: 5,
      write: 5,
    });
    expect(await unitsOf('platform.addConversationEvent', () => customer.says('I have a question'))).toEqual({
      read: 3,
      write: 4,
    });
    // Of a desk that never beats, as soon as it is known that it does not.
    const silent = await talk(centre, settings);
    const quietly = (id: string) => silent.desk.ask('publishCimEvent', { conversationId: silent.conversationId, cimEvent: agentMessage('Good day') }, id); // prettier-ignore
    await quietly('l1');
    for (const id of ['l2', 'l3']) expect((await unitsOf('agent.publishCimEvent', () => quietly(id))).write).toBe(5);
    // Whatever was said before.
    for (let n = 0; n < 20; n++) await says(`This is the ${n}th`, `n${n}`);
    expect(await unitsOf('agent.publishCimEvent', () => says('Is there anything else?', 'm2'))).toEqual({
      read: 5,
      write: 5,
    });
  });
});
