/** Telling all who watch: a slow desk stays, and what is counted is counted whole. */
import { expect, it } from 'vitest';
import type { App, Posted } from '../../shared/edge/app.ts';
import { countFloor } from '../../shared/edge/watch/floor.ts';
import { tellSubscribers } from '../../shared/edge/watch/list-news.ts';
import { shell } from '../support/shell.ts';
import { Supervised } from '../support/supervised.ts';

it.each<[Posted, string]>([
  ['unsure', 'is still there'],
  ['gone', 'is given up'],
])('a desk whose news of a list are %s %s', async (posted) => {
  const here = await shell();
  await here.desk('amy');
  await here.toAgent('amy', { type: 'watchList', at: here.clock.now(), listId: 'backlog' });
  const conversationId = await here.comes({ list: 'backlog' });
  const slow: App = { ...here.ports, sockets: { ...here.ports.sockets, post: async () => posted } };
  await tellSubscribers(slow, { listId: 'backlog', conversationId, seq: 1 });
  const lost = (await here.ports.store.agent('amy'))?.session?.lost ?? null;
  expect(lost !== null).toBe(posted === 'gone');
});

it('more than a thousand who are ready are all counted', async () => {
  const floor = await Supervised.of({ teams: 1, members: 1_050 });
  const counted = countFloor(floor.app);
  await floor.clock.runUntil(floor.clock.now() + 5_000);
  expect((await counted).queues).toMatchObject([{ agentsReady: 1_050 }]);
});
