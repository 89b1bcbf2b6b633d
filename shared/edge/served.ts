/**
 * Does anybody else serve a queue? Who asks for a colleague there is told at once where nobody
 * could come, instead of when the time is over.
 */
import type { Agent } from '../domain/agent/agent.ts';
import { poolOfQueue } from '../domain/routing/lines.ts';
import { firstStep } from '../domain/routing/steps.ts';
import type { Queue } from '../protocol/shapes/config.ts';
import type { Reader } from './app.ts';

const LINES = 24;
/** So many agents are looked at, where neither lines nor those who are free can say. */
const PAGE = 100;
const MOST_PAGES = 10;

type Reading = Pick<Reader, 'store' | 'now'>;
type Served = Queue & { readonly id: string };

/**
 * True where these agents serve the queue and nobody else who was ever here does. Where that cannot
 * be found out in a few reads it counts as served.
 */
export async function servedOnlyBy(app: Reading, queue: Served, agentIds: readonly string[]): Promise<boolean> {
  const { mrdId } = queue;
  const [present, found] = await Promise.all([
    app.store.agents(agentIds),
    app.store.lines(poolOfQueue(queue.id), { limit: LINES }),
  ]);
  if (!present.some((agent) => serves(agent, queue))) return false; // whoever does signs in later, perhaps
  const own = new Set(present.map((agent) => agent.mrds[mrdId]?.line));
  const open = found.filter((line) => line.mrdId === mrdId && line.expiresAt * 1000 > app.now());
  if (open.some(({ line }) => !own.has(line))) return false;
  const limit = agentIds.length + 1;
  const free = await Promise.all(open.map(({ line }) => app.store.routable(mrdId, line, { limit })));
  if (free.flat().some(({ agentId }) => !agentIds.includes(agentId))) return false;
  return !(await anybodyElse(app, queue, agentIds));
}

async function anybodyElse({ store }: Reading, queue: Served, agentIds: readonly string[]): Promise<boolean> {
  let after: string | null = null;
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const ids: string[] = await store.agentIds(after, PAGE);
    const agents = await store.agents(ids.filter((id) => !agentIds.includes(id)));
    if (agents.some((agent) => serves(agent, queue))) return true;
    after = ids.at(-1) ?? null;
    if (ids.length < PAGE) return false;
  }
  return true;
}

function serves({ mrds, attributes }: Agent, queue: Served): boolean {
  return (mrds[queue.mrdId]?.maxAgentTasks ?? 0) > 0 && firstStep(queue, attributes) !== null;
}
