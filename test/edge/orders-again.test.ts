/**
 * A frame of a supervisor that comes again: what was done is not done once more, also where the
 * process died in the middle of several conversations, and all are answered as they were.
 */
import { expect, it } from 'vitest';
import type { App } from '../../shared/edge/app.ts';
import { start } from '../../shared/edge/http/start.ts';
import { toContext } from '../../shared/edge/identity.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { orders, setState } from '../../shared/edge/orders.ts';
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
const TEAM = { teamId: 'blue', teamName: 'Blue' };
const identity = { id: 'sam', user: { ...user('sam'), roles: ['agent', 'supervisor'], supervisedTeams: [TEAM] } };

function frame(action: string, data: unknown, id: string) {
  const requestContext = { connectionId: 'sam-desk', routeKey: action, authorizer: toContext(identity) };
  return { requestContext, body: JSON.stringify({ action, data, id }) };
}

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
  const order = (by: App, id: string, command: string, of = conversationIds) => {
    const data = { conversationIds: of, command };
    return orders(by, frame('superviseConversations', data, id));
  };
  const answers = () =>
    heard
      .map((frame) => parseJson(frame) as { event: string; data: { id: string; results: { status: string }[] } })
      .filter(({ event, data }) => event === 'ack' && data.id === 'again')
      .map(({ data }) => data.results.map(({ status }) => status));
  const ordered = async (id: string) => {
    const log = await app.store.events(id, { after: 0, limit: 100 });
    return log.filter(({ event }) => event.name === 'SUPERVISOR_ACTION').map(({ event }) => event.data['command']);
  };
  await order(app, 'first', 'TAKE_OVER');
  const appWith = (around: Around) => small.app(around);
  return { ...small, appWith, shell: app, order, answers, ordered, conversationIds };
}

it('Conversations that were put back into their queue are so once, wherever the process dies.', async () => {
  for (let calls = 1, died = true; died; calls += 1) {
    const world = await opened();
    const { shell, clock, order, answers, ordered, conversationIds } = world;
    let left = calls;
    const dying: Around = (_call, run) => ((left -= 1) <= 0 ? new Promise(() => {}) : run());
    let through = false;
    void order(world.appWith(dying), 'again', 'QUEUE').then(() => (through = true));
    await clock.runUntil(clock.now() + 5_000);
    died = !through;
    await order(shell, 'again', 'QUEUE');
    expect(answers().at(-1), `call ${calls}`).toEqual(['ok', 'ok']);
    for (const id of conversationIds) expect(await ordered(id)).toEqual(['TAKE_OVER', 'QUEUE']);
    if (!died) expect(calls).toBeGreaterThan(8);
  }
});

it('What was refused for one of them is refused to the same frame again, though it could be done by now.', async () => {
  const { shell, order, answers, ordered, conversationIds } = await opened();
  const second = conversationIds.slice(1);
  await order(shell, 'waits', 'QUEUE', second);
  await order(shell, 'again', 'QUEUE');
  await order(shell, 'taken', 'TAKE_OVER', second);
  await order(shell, 'again', 'QUEUE');
  expect(answers()).toEqual([
    ['ok', 'error'],
    ['ok', 'error'],
  ]);
  expect(await ordered(second[0] ?? '')).toEqual(['TAKE_OVER', 'QUEUE', 'TAKE_OVER']);
});

it('The state of an agent is set once by one frame, and is theirs from then on.', async () => {
  const { shell, clock } = await opened();
  const connected = await connect(shell, { id: 'bob', user: user('bob') }, 'bob-desk', {
    offeredKey: undefined,
    receipts: false,
  });
  await greet(shell, connected);
  const change = (name: 'READY' | 'NOT_READY') => ({
    type: 'requestState' as const,
    at: clock.now(),
    name,
    reasonCode: null,
  });
  const become = (name: 'READY' | 'NOT_READY') => inLoop(shell, (loop) => loop.applyToAgent('bob', change(name)));
  await become('READY');
  const away = frame('setStateOfAgent', { ofAgentId: 'bob', state: { name: 'NOT_READY' } }, 'away');
  await setState(shell, away);
  expect((await shell.store.agent('bob'))?.state.name).toBe('NOT_READY');
  await become('READY');
  await setState(shell, away);
  expect((await shell.store.agent('bob'))?.state.name).toBe('READY');
});
