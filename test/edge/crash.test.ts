/**
 * The crash argument, call by call: wherever the process dies, timers bring what was decided to its
 * end.
 */
import { expect, it } from 'vitest';
import type { App } from '../../shared/edge/app.ts';
import { deleteConfig } from '../../shared/edge/http/configuration.ts';
import { start } from '../../shared/edge/http/start.ts';
import { inLoop, type Loop } from '../../shared/edge/loop/run.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import type { Around } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { channelSession, robin, user } from '../support/world.ts';

const CHAT = { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 1 }) };
const QUEUE = { id: 'support', ...configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT', acceptSeconds: 300 }) };

/** A customer who waits, and agents at their desks who are not ready. */
async function opened(...people: string[]) {
  const small = smallWorld();
  const app = small.app();
  small.timers.consume(({ timer, dueAt }) => fire(app, timer, dueAt));
  await app.config.put('mrds', CHAT);
  await app.config.put('queues', QUEUE);
  for (const id of people) {
    small.wires.attach(`${id}-desk`, { receive() {} });
    await greet(
      app,
      await connect(app, { id, user: user(id) }, `${id}-desk`, { offeredKey: undefined, receipts: false }),
    );
  }
  const wanted = { channelSession: channelSession('web-1'), customer: robin, conversationData: {}, queue: 'support' };
  const { conversationId } = await inLoop(app, (loop) => start(app, loop, wanted));
  return { ...small, shell: app, appWith: (around: Around) => small.app(around), conversationId };
}

type World = Awaited<ReturnType<typeof opened>>;

const state = ({ clock }: World, name: 'READY' | 'LOGOUT') => ({
  type: 'requestState' as const,
  at: clock.now(),
  name,
  reasonCode: null,
});

async function task({ shell, conversationId }: World) {
  const conversation = await shell.store.conversation(conversationId);
  const [only] = Object.values(conversation?.tasks ?? {});
  if (!conversation || !only) throw new Error('nobody is looked for');
  return { only, participants: conversation.participants };
}

async function accepted(world: World, app: App, loop: Loop) {
  const { only } = await task(world);
  const at = app.now();
  const by = { type: 'accept' as const, at, taskId: only.id, agentId: 'amy', connectionId: 'amy-desk' };
  await loop.applyToConversation(world.conversationId, by);
}

/**
 * Each story: what goes before, what is asked, and what is so half a minute later if it was
 * decided.
 */
const stories: [string, (world: World) => Promise<unknown>, Ask, (world: World) => Promise<void>][] = [
  [
    'an agent who has become ready is offered the customer who waits',
    async () => {},
    (world, _, loop) => loop.applyToAgent('amy', state(world, 'READY')),
    async (world) => {
      if ((await world.shell.store.agent('amy'))?.state.name !== 'READY') return;
      expect((await task(world)).only).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
    },
  ],
  [
    'an agent who has accepted becomes live',
    (world) => inLoop(world.shell, (loop) => loop.applyToAgent('amy', state(world, 'READY'))),
    accepted,
    async (world) => {
      const { only, participants } = await task(world);
      if (only.phase === 'RESERVED') return;
      expect(participants).toMatchObject({ amy: { live: true } });
    },
  ],
  [
    'the customer of an agent who has logged out is offered to another',
    async (world) => {
      await inLoop(world.shell, (loop) => loop.applyToAgent('amy', state(world, 'READY')));
      await inLoop(world.shell, (loop) => accepted(world, world.shell, loop));
      await inLoop(world.shell, (loop) => loop.applyToAgent('bob', state(world, 'READY')));
    },
    (world, _, loop) => loop.applyToAgent('amy', state(world, 'LOGOUT')),
    async (world) => {
      if ((await world.shell.store.agent('amy'))?.state.name !== 'LOGOUT') return;
      expect((await task(world)).only).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'bob' } });
      expect((await world.shell.store.agent('amy'))?.slots).toEqual({});
    },
  ],
];

type Ask = (world: World, app: App, loop: Loop) => Promise<unknown>;

it.each(stories)('%s, wherever the process dies', async (_, before, ask, so) => {
  for (let calls = 1, died = true; died; calls += 1) {
    const world = await opened('amy', 'bob');
    await before(world);
    let left = calls;
    const dying: Around = (_call, run) => ((left -= 1) <= 0 ? new Promise(() => {}) : run());
    const app = world.appWith(dying);
    let through = false;
    void inLoop(app, (loop) => ask(world, app, loop)).then(() => (through = true));
    await world.clock.runUntil(world.clock.now() + 30_000);
    await so(world);
    died = !through;
    if (!died) expect(calls).toBeGreaterThan(8);
  }
});

it('A customer whose queue is gone is for anybody within seconds, wherever the process dies.', async () => {
  for (let calls = 1, died = true; died; calls += 1) {
    const world = await opened('amy');
    const { shell, clock } = world;
    const expressions = [{ attribute: 'english', operator: '>=' as const, value: 5 }];
    await shell.config.put('queues', { ...QUEUE, steps: [{ expressions, timeoutSeconds: 600 }] });
    await inLoop(shell, (loop) => loop.applyToAgent('amy', state(world, 'READY')));
    await clock.runUntil(clock.now() + 31_000);
    expect((await task(world)).only.phase).toBe('QUEUED');
    let left = calls;
    const dying: Around = (_call, run) => ((left -= 1) <= 0 ? new Promise(() => {}) : run());
    const app = world.appWith(dying);
    let through = false;
    void inLoop(app, (loop) => deleteConfig(app, loop, 'queues', 'support')).then(() => (through = true));
    await clock.runUntil(clock.now() + 5_000);
    died = !through;
    if ((await shell.config.get('queues', 'support')) === null)
      expect((await task(world)).only, `call ${calls}`).toMatchObject({ phase: 'RESERVED', assignedTo: { id: 'amy' } });
    if (!died) expect(calls).toBeGreaterThan(4);
  }
});
