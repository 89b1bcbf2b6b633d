/**
 * One frame orders something of several conversations: where the process dies and the frame comes
 * again, what was done is not done once more, and all are answered as they were.
 */
import { expect, it } from 'vitest';
import type { App } from '../../shared/edge/app.ts';
import { start } from '../../shared/edge/http/start.ts';
import { toContext } from '../../shared/edge/identity.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { orders } from '../../shared/edge/orders.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import type { Around } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { parseJson } from '../../shared/protocol/values.ts';
import { channelSession, robin, user } from '../support/world.ts';

const CHAT = { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) };
const QUEUE = { id: 'support', ...configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT' }) };
const identity = { id: 'sam', user: { ...user('sam'), roles: ['agent', 'supervisor'] } };

/** Sam, who is not ready, with two customers. */
async function opened() {
  const small = smallWorld();
  const app = small.app();
  const heard: string[] = [];
  small.timers.consume(({ timer, dueAt }) => fire(app, timer, dueAt));
  small.wires.attach('sam-desk', { receive: (frame) => void heard.push(frame) });
  await app.config.put('mrds', CHAT);
  await app.config.put('queues', QUEUE);
  await greet(app, await connect(app, identity, 'sam-desk', { offeredKey: undefined, receipts: false }));
  const comes = async (id: string) => {
    const wanted = { channelSession: channelSession(id), customer: robin, conversationData: {}, queue: 'support' };
    return (await inLoop(app, (loop) => start(app, loop, wanted))).conversationId;
  };
  const conversationIds = [await comes('web-1'), await comes('web-2')];
  const order = (by: App, id: string, command: string) => {
    const body = JSON.stringify({ action: 'superviseConversations', data: { conversationIds, command }, id });
    const requestContext = { connectionId: 'sam-desk', authorizer: toContext(identity) };
    return orders(by, { requestContext: { ...requestContext, routeKey: 'superviseConversations' }, body });
  };
  const answers = () =>
    heard
      .map((frame) => parseJson(frame) as { event: string; data: { id: string; results: { status: string }[] } })
      .filter(({ event, data }) => event === 'ack' && data.id === 'again')
      .map(({ data }) => data.results.map(({ status }) => status));
  await order(app, 'first', 'TAKE_OVER');
  return { ...small, appWith: (around: Around) => small.app(around), shell: app, order, answers, conversationIds };
}

it('Conversations that were put back into their queue are so once, wherever the process dies.', async () => {
  for (let calls = 1, died = true; died; calls += 1) {
    const world = await opened();
    const { shell, clock, order, answers, conversationIds } = world;
    let left = calls;
    const dying: Around = (_call, run) => ((left -= 1) <= 0 ? new Promise(() => {}) : run());
    let through = false;
    void order(world.appWith(dying), 'again', 'QUEUE').then(() => (through = true));
    await clock.runUntil(clock.now() + 5_000);
    died = !through;
    await order(shell, 'again', 'QUEUE');
    expect(answers().at(-1), `call ${calls}`).toEqual(['ok', 'ok']);
    for (const id of conversationIds) {
      const log = await shell.store.events(id, { after: 0, limit: 100 });
      const actions = log.filter(({ event }) => event.name === 'SUPERVISOR_ACTION');
      expect(actions.map(({ event }) => event.data['command'])).toEqual(['TAKE_OVER', 'QUEUE']);
    }
    if (!died) expect(calls).toBeGreaterThan(8);
  }
});
