/** A contact centre in a small world: the shell of shared/edge on maps, with a clock that jumps. */
import { expect, it } from 'vitest';
import { teamOf } from '../../shared/rows/teams.ts';
import { start } from '../../shared/edge/http/start.ts';
import { inLoop } from '../../shared/edge/loop/run.ts';
import { greet } from '../../shared/edge/socket/greet.ts';
import { connect } from '../../shared/edge/socket/session.ts';
import { fire } from '../../shared/edge/timer/due.ts';
import { tellSubscribers } from '../../shared/edge/watch/list-news.ts';
import { tellWatchers } from '../../shared/edge/watch/team.ts';
import { VirtualClock } from '../../shared/memory/clock.ts';
import { smallWorld } from '../../shared/memory/world.ts';
import { configSchemas } from '../../shared/protocol/shapes/config.ts';
import { channelSession, robin, user } from '../support/world.ts';

/** A world in which queues are served, as the functions of a stack do it. */
function running() {
  const small = smallWorld();
  const app = small.app();
  small.timers.consume(({ timer, dueAt }) => fire(app, timer, dueAt));
  small.greetings.consume((greeting) => greet(app, greeting));
  small.news.consume((news) => tellSubscribers(app, news));
  small.stream.read({
    windowMs: 1_000,
    wants: ({ pk }) => /^(TEAM|WAITING|ROUTABLE)#/.test(pk),
    take: (changes) => tellWatchers(app, [...new Set(changes.map(({ pk }) => teamOf(pk)))]),
  });
  return { ...small, shell: app };
}

type Frame = { event: string; data: Record<string, unknown> };

async function desk({ shell, wires, greetings, clock }: ReturnType<typeof running>, id: string) {
  const frames: Frame[] = [];
  const connectionId = `${id}-desk`;
  wires.attach(connectionId, { receive: (frame) => frames.push(JSON.parse(frame) as Frame) });
  greetings.send(
    await connect(shell, { id, user: user(id) }, connectionId, { offeredKey: undefined, receipts: false }),
  );
  await clock.jump();
  const at = clock.now();
  await inLoop(shell, (loop) => loop.applyToAgent(id, { type: 'requestState', at, name: 'READY', reasonCode: null }));
  return { connectionId, frames, names: () => frames.map(({ event }) => event) };
}

async function opened() {
  const small = running();
  const { config } = small.shell;
  await config.put('mrds', { id: 'CHAT', ...configSchemas.mrds.parse({ name: 'Chat', maxRequests: 1 }) });
  const support = configSchemas.queues.parse({ name: 'Support', mrdId: 'CHAT', acceptSeconds: 30 });
  await config.put('queues', { id: 'support', ...support });
  return small;
}

it('an offer that nobody takes goes on to the next agent when its time is over, without anybody waiting', async () => {
  const small = await opened();
  const [amy, bob] = [await desk(small, 'amy'), await desk(small, 'bob')];
  const began = small.clock.now();
  await inLoop(small.shell, (loop) =>
    start(small.shell, loop, {
      channelSession: channelSession('web-1'),
      customer: robin,
      conversationData: {},
      queue: 'support',
    }),
  );
  await small.clock.runUntil(began);
  expect([amy, bob].map(({ names }) => names().filter((name) => name === 'taskRequest').length)).toEqual([1, 0]);
  await small.clock.runUntil(began + 29_000);
  expect(bob.names()).not.toContain('taskRequest');
  await small.clock.runUntil(began + 31_000);
  expect(amy.names()).toContain('revokeTask');
  expect(bob.names()).toContain('taskRequest');
  expect(small.timers.dead).toEqual([]);
});

it('worlds know nothing of each other, and tell the same story again', async () => {
  const stories = await Promise.all(
    [1, 2].map(async () => {
      const small = await opened();
      const { frames } = await desk(small, 'amy');
      await inLoop(small.shell, (loop) =>
        start(small.shell, loop, {
          channelSession: channelSession('web-1'),
          customer: robin,
          conversationData: {},
          queue: 'support',
        }),
      );
      await small.clock.runUntil(small.clock.now() + 3_600_000);
      return { frames, rows: small.rows.all() };
    }),
  );
  expect(stories[0]).toEqual(stories[1]);
  expect(stories[0]?.frames.length).toBeGreaterThan(5);
});

it('knows whole milliseconds only, however long somebody sleeps', async () => {
  const clock = new VirtualClock(1_000);
  void clock.sleep(0.4);
  await clock.jump();
  expect(clock.now()).toBe(1_001);
});
