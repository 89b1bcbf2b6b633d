/**
 * What a search reads: the first few agents of each line that serves a queue, the first few
 * requests of each queue that an agent serves. How much that is does not depend on how many agents
 * or requests there are; it reads on only past those who are passed over, and that within bounds.
 */
import type { Queue } from '../../protocol/shapes/config.ts';
import { lineStart, poolOfMrd, poolOfQueue, type Pool, type PoolLine } from '../../domain/routing/lines.ts';
import { merged, placeOf, poolOf, serves, type Routable, type Waiting } from '../../domain/routing/routing.ts';
import { mayMeet } from '../../domain/choosing/required.ts';
import type { Choosing } from '../../domain/choosing/selection.ts';
import { openSteps } from '../../domain/routing/steps.ts';
import type { App, Page } from '../app.ts';

type Reading = Pick<App, 'config' | 'now' | 'store'>;
export type QueueSteps = Choosing;
export type Fits = (entry: Routable, request: Waiting) => boolean;

/**
 * So many agents are looked at of each line, and one more for each request that is served before.
 */
const AGENTS = 5;
/**
 * So many, where it is not for the line who is meant: the fewest conversations, or what a channel
 * wants rather.
 */
const MORE_AGENTS = 25;
/** So many requests of each queue. */
const REQUESTS = 10;
/** So many of those in front of a request, where all of them compete for the same agents. */
const MANY_REQUESTS = 110;
/** So many lines at once. */
const LINES = 24;
/** Where none of the first fits, the next are read, so many at a time and so often. */
const PAGE = 100;
const MOST_PAGES = 4;

/**
 * What a request sees: who stands there, longest available first, and who waits in front of it for
 * any of them who could take it.
 */
export interface Window {
  readonly agents: readonly Routable[];
  readonly ahead: readonly Waiting[];
}

export async function windowOf(app: Reading, request: Waiting, queue: QueueSteps, fits: Fits): Promise<Window> {
  const window = await look(app, request, queue, fits, REQUESTS);
  return window.crowded ? look(app, request, queue, fits, MANY_REQUESTS) : window;
}

async function look(app: Reading, request: Waiting, queue: QueueSteps, fits: Fits, most: number) {
  const pool = poolOf(request);
  const [before, first] = await Promise.all([
    app.store.waiting(pool, { limit: most }),
    app.store.lines(pool, { limit: LINES + 1 }),
  ]);
  const own = before.findIndex(({ taskId }) => taskId === request.taskId);
  const inFront = own < 0 ? before : before.slice(0, own);
  const anywhere = request.selection !== undefined || queue.selection === 'FEWEST_CONVERSATIONS';
  const count = (anywhere ? MORE_AGENTS : AGENTS) + inFront.length;
  const agents: Routable[] = [];
  for await (const lines of linesFrom(app, pool, request, first)) {
    const admitted = lines.filter((line) => admits(line, request, queue, app.now()));
    const heads = await Promise.all(admitted.map((line) => headOf(app, line, request, fits, count)));
    agents.push(...heads.flat());
    if (agents.some((entry) => fits(entry, request))) break;
  }
  const fitting = agents.filter((entry) => fits(entry, request));
  const ahead = inFront.filter((other) => fitting.some((entry) => fits(entry, other)));
  const crowded = own < 0 && ahead.length === most;
  return { agents: merged([agents]), ahead, crowded };
}

/**
 * The lines of a pool; where they are too many to look at all of them, from a place on that the
 * task chooses.
 */
async function* linesFrom(
  app: Reading,
  pool: Pool,
  { taskId }: Waiting,
  first: readonly PoolLine[],
): AsyncGenerator<readonly PoolLine[]> {
  if (first.length <= LINES) return yield first;
  const start = lineStart(taskId);
  for (let after = start; ;) {
    const page = await app.store.lines(pool, { after, limit: LINES });
    yield page;
    const last = page.at(-1);
    if (!last || page.length < LINES) break;
    after = last.line;
  }
  for (let page = first; page.length > 0;) {
    yield page.filter(({ line }) => line <= start);
    const last = page.at(-1);
    if (!last || last.line > start) return;
    page = await app.store.lines(pool, { after: last.line, limit: LINES });
  }
}

/** A line that nobody has opened for a day is nobody's; one of another MRD was its queue's once. */
function admits({ step, mrdId, told, expiresAt }: PoolLine, request: Waiting, queue: QueueSteps, at: number): boolean {
  const open = queue.steps.length === 0 || step < openSteps(queue, request.routedSince, at).length;
  const fits = mayMeet(request.required, told, request.routedSince, at);
  return open && fits && mrdId === request.mrdId && expiresAt * 1000 > at;
}

function headOf(app: Reading, { mrdId, line }: PoolLine, request: Waiting, fits: Fits, count: number) {
  return upTo(
    (page) => app.store.routable(mrdId, line, page),
    (entry) => fits(entry, request),
    count,
  );
}

/**
 * What an agent sees: the first requests of each queue that they serve, and of those whose queue is
 * gone, in the order in which they are served.
 */
export async function requestsFor(
  app: Reading,
  own: Routable,
  queues: readonly (Queue & { id: string })[],
  fits: Fits,
): Promise<Waiting[]> {
  const served = queues.filter((queue) => queue.mrdId === own.mrdId && serves(own, queue));
  const pools = [...served.map(({ id }) => poolOfQueue(id)), poolOfMrd(own.mrdId)];
  const heads = pools.map((pool) =>
    upTo(
      (page) => app.store.waiting(pool, page),
      (request) => fits(own, request),
      REQUESTS,
    ),
  );
  return merged(await Promise.all(heads)).filter((request) => fits(own, request));
}

/** The first `count`, and where none of them is meant, more until one is. */
async function upTo<E extends Routable | Waiting>(
  read: (page: Page) => Promise<E[]>,
  meant: (entry: E) => boolean,
  count: number,
): Promise<E[]> {
  const found = await read({ limit: count });
  let full = found.length === count;
  for (let pages = 0; full && pages < MOST_PAGES && !found.some(meant); pages++) {
    const after = found.at(-1);
    const more = await read({ limit: PAGE, ...(after ? { after: placeOf(after) } : {}) });
    found.push(...more);
    full = more.length === PAGE;
  }
  return found;
}
