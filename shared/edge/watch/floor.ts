/**
 * Queues, lists and whom the platform has, as every supervisor sees them. They are counted once a
 * second at most for all together, however many readers the table's stream has and however many
 * supervisors watch; what was counted last is kept, and is told beside the figures of a team.
 */
import { poolOfMrd, poolOfQueue } from '../../domain/routing/lines.ts';
import { placeOf, type Routable } from '../../domain/routing/routing.ts';
import { entrustedFigure, listFigure, queueFigure, type Counted } from '../../domain/shown/team.ts';
import type { App, Page } from '../app.ts';

/** They are counted again this long after the last time at the earliest. */
const PACE_MS = 1_000;

/** So many rows are read at once. */
const PAGE = 1_000;

/** With a bot in front the platform may have any number of customers: so many are counted. */
const MOST_ENTRUSTED = 1_000;

/** As they are now. */
export async function countFloor(app: App): Promise<Counted> {
  const countedAt = app.now();
  const [queues, lists, entrusted] = await Promise.all([
    queueFigures(app),
    listFigures(app),
    app.store.entrusted(MOST_ENTRUSTED + 1),
  ]);
  const counted = { countedAt, queues, lists, entrusted: entrustedFigure(entrusted, MOST_ENTRUSTED) };
  await app.store.keepCount(counted);
  return counted;
}

/**
 * As they were counted last. Whatever has changed since then is counted within a second, by
 * somebody who then tells all who watch.
 */
export async function countedFloor(app: App): Promise<Counted> {
  return (await app.store.counted()) ?? countFloor(app);
}

/**
 * After a change: counts a second after the last time. False: somebody else is about to, and will
 * see this change.
 */
export async function recount(app: App): Promise<boolean> {
  const now = app.now();
  const dueAt = await app.store.countDue();
  if (dueAt > now) return false;
  const at = Math.max(now, dueAt + PACE_MS);
  if (!(await app.store.willCount(dueAt, at))) return false;
  await app.sleep(Math.max(0, at - app.now()));
  await countFloor(app);
  return true;
}

async function queueFigures(app: App) {
  const queues = await app.config.list('queues');
  const mrds = [...new Set(queues.map(({ mrdId }) => mrdId))];
  const [waiting, ready] = await Promise.all([
    Promise.all(queues.map(({ id }) => everything((page) => app.store.waiting(poolOfQueue(id), page), placeOf))),
    Promise.all(mrds.map((mrdId) => readyOn(app, mrdId))),
  ]);
  return queues.map((queue) => queueFigure(queue, waiting.flat(), ready.flat()));
}

async function readyOn(app: App, mrdId: string): Promise<Routable[]> {
  const lines = await everything(
    (page) => app.store.lines(poolOfMrd(mrdId), page),
    ({ line }) => line,
  );
  const standing = lines.map(({ line }) => everything((page) => app.store.routable(mrdId, line, page), placeOf));
  return (await Promise.all(standing)).flat();
}

async function listFigures(app: App) {
  const lists = await app.config.list('lists');
  return Promise.all(lists.map(async (list) => listFigure(list, await app.store.listed(list.id))));
}

async function everything<T>(read: (page: Page) => Promise<T[]>, keyOf: (item: T) => string): Promise<T[]> {
  const items: T[] = [];
  for (let last: T | undefined; ;) {
    const page = await read({ limit: PAGE, ...(last ? { after: keyOf(last) } : {}) });
    items.push(...page);
    last = page.at(-1);
    if (page.length < PAGE) return items;
  }
}
