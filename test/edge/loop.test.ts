/**
 * The loop: what follows waits for the answer, each command is an attempt of its own, and there is
 * an end to it.
 */
import { expect, it } from 'vitest';
import type { Log } from '../../shared/edge/app.ts';
import { start } from '../../shared/edge/http/start.ts';
import { inLoop, MOST_STEPS } from '../../shared/edge/loop/run.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import type { Around } from '../../shared/memory/call.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { channelSession, robin, user } from '../support/world.ts';

/** A world with a queue, and what the shell warned of in it. */
async function opened() {
  const warnings: string[] = [];
  const log: Log = { info() {}, warn: (message) => warnings.push(message), error() {} };
  const small = smallWorld({ log });
  const app = small.app();
  await app.config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 5 }) });
  const support = configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT', acceptSeconds: 30 });
  await app.config.put('queues', { id: 'support', ...support });
  return { ...small, app, appWith: (around: Around) => small.app(around), warnings };
}

type World = Awaited<ReturnType<typeof opened>>;

function customer({ app }: World, id: string) {
  const wanted = { channelSession: channelSession(id), customer: robin, conversationData: {}, queue: 'support' };
  return inLoop(app, (loop) => start(app, loop, wanted));
}

/** Somebody at their desk, not ready; `told` are the events that it gets from then on. */
async function desk({ app, wires }: World, id: string): Promise<{ told: string[] }> {
  const told: string[] = [];
  wires.attach(`${id}-desk`, { receive: (frame) => told.push(JSON.parse(frame).event) });
  await greet(
    app,
    await connect(app, { id, user: user(id) }, `${id}-desk`, { offeredKey: undefined, receipts: false }),
  );
  told.length = 0;
  return { told };
}

const ready = (at: number) => ({ type: 'requestState' as const, at, name: 'READY' as const, reasonCode: null });
const news = (n: number) => ({ kind: 'listNews' as const, listId: 'backlog', conversationId: `c${n}`, seq: n });

it('runs what follows after what was asked has been answered', async () => {
  const world = await opened();
  for (let n = 0; n < 3; n++) await customer(world, `web-${n}`);
  const { told } = await desk(world, 'amy');
  await inLoop(world.app, async (loop) => {
    await loop.applyToAgent('amy', ready(world.clock.now()));
    told.push('the answer');
  });
  expect(told).toEqual(['agentPresence_', 'the answer', 'taskRequest', 'taskRequest', 'taskRequest']);
});

it('runs what follows where the request is refused after it was decided', async () => {
  const world = await opened();
  await customer(world, 'web-1');
  const { told } = await desk(world, 'amy');
  const refused = inLoop(world.app, async (loop) => {
    await loop.applyToAgent('amy', ready(world.clock.now()));
    throw new Error('refused');
  });
  await expect(refused).rejects.toThrow('refused');
  expect(told).toContain('taskRequest');
});

it('leaves a command that fails to its timer, and runs the next', async () => {
  const world = await opened();
  const told: number[] = [];
  world.news.consume(async ({ seq }) => void told.push(seq));
  const failing = world.app;
  const app = {
    ...failing,
    lists: {
      announce: (about: ReturnType<typeof news>) =>
        about.seq === 1 ? Promise.reject(new Error('queue')) : failing.lists.announce(about),
    },
  };
  await inLoop(app, async (loop) => loop.later(news(1), news(2)));
  await world.clock.jump();
  expect(told).toEqual([2]);
  expect(world.warnings).toEqual(['left to the backup timer']);
});

it('does so much and no more: the rest is left to the timers', async () => {
  const world = await opened();
  let announced = 0;
  world.news.consume(async () => void (announced += 1));
  const many = Array.from({ length: MOST_STEPS + 20 }, (_, n) => news(n));
  await inLoop(world.app, async (loop) => loop.later(...many));
  await world.clock.runUntil(world.clock.now() + 1_000);
  expect(announced).toBe(MOST_STEPS);
  expect(world.warnings).toEqual(['more follows than one invocation does: left to the backup timers']);
});

it('counts what a command decides: an agent for whom too much waits is offered the rest by a timer', async () => {
  const world = await opened();
  for (let n = 0; n < 5; n++) await customer(world, `web-${n}`);
  const { told } = await desk(world, 'amy');
  const offers = () => told.filter((event) => event === 'taskRequest').length;
  await inLoop(world.app, async (loop) => {
    loop.later(...Array.from({ length: MOST_STEPS - 3 }, (_, n) => news(n)));
    await loop.applyToAgent('amy', ready(world.clock.now()));
  });
  expect(offers()).toBeLessThan(5);
  world.timers.consume(({ timer, dueAt }) => fire(world.app, timer, dueAt));
  await world.clock.runUntil(world.clock.now() + 3_000);
  expect(offers()).toBe(5);
});

it('starts timers before it writes, posts after that, and looks for work last', async () => {
  const world = await opened();
  await customer(world, 'web-1');
  await desk(world, 'amy');
  const steps: string[] = [];
  const watched: Around = (call, run) => {
    const step = call.port === 'table' ? call.does : call.port;
    if (['timers', 'write', 'sockets'].includes(step) && steps.at(-1) !== step) steps.push(step);
    return run();
  };
  await inLoop(world.appWith(watched), (loop) => loop.applyToAgent('amy', ready(world.clock.now())));
  const decision = ['timers', 'write', 'sockets'];
  expect(steps.slice(0, 6)).toEqual([...decision, ...decision]); // that of the agent, and that of the offer
});

it.each([1_500, 4_000])('has an offer ring out that took longer to save than it may ring: %i ms', async (saving) => {
  const world = await opened();
  world.timers.consume(async ({ timer, dueAt }) => {
    if (timer.kind === 'offerExpired') await fire(world.app, timer, dueAt); // nobody else offers it meanwhile
  });
  const short = configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT', acceptSeconds: 1 });
  await world.app.config.put('queues', { id: 'support', ...short });
  await customer(world, 'web-1');
  await desk(world, 'amy');
  const { clock } = world;
  const slowly: Around = async ({ does, about }, make) => {
    if (does === 'write' && about.endsWith('HEAD')) await clock.runUntil(clock.now() + saving);
    return make();
  };
  await inLoop(world.appWith(slowly), (loop) => loop.applyToAgent('amy', ready(clock.now())));
  const held = async () => Object.values((await world.app.store.agent('amy'))?.slots ?? {}).map(({ phase }) => phase);
  expect(await held()).toEqual(['RESERVED']);
  await clock.runUntil(clock.now() + 60_000);
  expect(await held()).toEqual([]);
});
