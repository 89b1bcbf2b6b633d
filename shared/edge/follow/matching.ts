/**
 * Brings waiting requests and free agents together, from either side. Both sides write their own index entry first and then read the
 * other's with a consistent read, so at least one of two racing sides sees the other. The claim itself is one transaction. Whoever loses one looks again:
 * a request that is placed and an agent who is taken are out of the indexes, and everybody else is where they were.
 */
import { currentSession, type Conversation } from '../../domain/conversation/conversation.ts';
import {
  mismatch,
  openSteps,
  pairs,
  routableEntries,
  waitingEntries,
  type Pair,
  type Routable,
  type Waiting,
} from '../../domain/routing/routing.ts';
import type { Queue } from '../../protocol/shapes/config.ts';
import type { App } from '../app.ts';
import { saveConversation } from '../loop/save.ts';
import type { Saved, Steps } from '../loop/saved.ts';

const RECEIPT_LINES = 50;

/**
 * A request looks for an agent: who is left once those before it in line have theirs. If nobody is left, it sees to it that the first of these gets
 * theirs, for who tells that anybody else is about to? So nobody is overtaken, and nobody is forgotten.
 */
export async function* place(app: App, { conversationId, taskId }: { conversationId: string; taskId: string }): Steps {
  const search = new Search(app);
  for (;;) {
    const conversation = await app.store.conversation(conversationId);
    const request = conversation && waitingFor(conversation, taskId);
    if (!request) return;
    const agents = await routable(app, request.mrdId);
    await search.learn([request]);
    const fitting = agents.filter((entry) => search.fits(entry, request));
    if (fitting.length === 0) return await keepReceipt(app, search, request, null, agents);
    const line = await upTo(app, request);
    await search.learn(line);
    const all = pairs(line, fitting, search);
    const next = all.find((pair) => pair.request.taskId === taskId) ?? all[0];
    if (next && (yield* search.claim(next, agents)) && next.request.taskId === taskId) return;
  }
}

/** An agent looks for work: what falls to them once those who are available longer have theirs. If nothing does, they see to it that the first of these get it. */
export async function* findWork(app: App, { agentId, mrdId }: { agentId: string; mrdId: string }): Steps {
  const search = new Search(app);
  for (;;) {
    const own = await entryOf(app, agentId, mrdId);
    const line = own ? await firstFor(app, search, own) : [];
    if (line.length === 0) return;
    const agents = await routable(app, mrdId);
    const all = pairs(line, agents, search);
    const next = all.find(({ entry }) => entry.agentId === agentId) ?? all[0];
    if (!next) return;
    yield* search.claim(next, agents);
  }
}

/** What one search has learnt: the queues of those who wait, and whom it has tried in vain. */
class Search {
  readonly #app: App;
  readonly #queues = new Map<string, Pick<Queue, 'steps'>>();
  readonly #tried = new Map<string, Set<string>>();

  constructor(app: App) {
    this.#app = app;
  }

  async learn(line: readonly Waiting[]): Promise<void> {
    const ids = new Set(line.map(({ queueId }) => queueId).filter((id) => !this.#queues.has(id)));
    await Promise.all([...ids].map(async (id) => this.#queues.set(id, await queueOf(this.#app, id))));
  }

  readonly mismatch = (entry: Routable, request: Waiting): string | null =>
    mismatch(entry, request, this.#queue(request), this.#app.now());

  readonly fits = (entry: Routable, request: Waiting): boolean =>
    !this.#tried.get(request.taskId)?.has(placeOf(entry)) && this.mismatch(entry, request) === null;

  /** Those who wait in one queue for as many steps are alike, but for what is between them and one agent. */
  readonly kind = (request: Waiting): string => {
    const { taskId, queueId, routedSince, passOver, requestedBy } = request;
    const special = requestedBy !== null || Object.keys(passOver).length > 0 || this.#tried.has(taskId);
    const steps = openSteps(this.#queue(request), routedSince, this.#app.now()).length;
    return special ? taskId : `${steps}#${queueId}`;
  };

  /** One transaction decides. False where the request no longer waits, or the agent no longer stands where they stood: then nothing has happened. */
  async *claim({ request, entry }: Pair, agents: readonly Routable[]): Steps<boolean> {
    const saved = await claim(this.#app, request, entry);
    if (saved) yield saved;
    const claimed = saved?.written === true;
    if (claimed) await keepReceipt(this.#app, this, request, entry.agentId, agents);
    else this.#tried.set(request.taskId, (this.#tried.get(request.taskId) ?? new Set()).add(placeOf(entry)));
    return claimed;
  }

  #queue({ queueId }: Waiting): Pick<Queue, 'steps'> {
    return this.#queues.get(queueId) ?? { steps: [] };
  }
}

/** Where an agent stands: whoever is offered something stands elsewhere afterwards. */
function placeOf({ agentId, since }: Routable): string {
  return `${since}#${agentId}`;
}

async function claim(
  app: App,
  { conversationId, taskId }: Waiting,
  { agentId, since }: Routable,
): Promise<Saved | null> {
  const [conversation, meta] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.meta(conversationId),
  ]);
  if (!conversation || !meta || !waitingFor(conversation, taskId)) return null;
  const channelSession = currentSession(conversation, meta);
  const event = { type: 'offer' as const, at: app.now(), taskId, agentId, since, channelSession };
  return saveConversation(app, conversationId, event);
}

/** Every agent who can take a task now, longest available first. */
async function routable(app: Pick<App, 'store'>, mrdId: string): Promise<Routable[]> {
  const agents: Routable[] = [];
  for await (const page of app.store.routable(mrdId)) agents.push(...page);
  return agents;
}

/** Those who wait, in order, up to this request. */
async function upTo(app: App, request: Waiting): Promise<Waiting[]> {
  const line: Waiting[] = [];
  for await (const page of app.store.waiting(request.mrdId)) {
    const end = page.findIndex(({ taskId }) => taskId === request.taskId);
    line.push(...(end < 0 ? page : page.slice(0, end + 1)));
    if (end >= 0) return line;
  }
  return [...line, request]; // placed meanwhile: the claim will see
}

/** Of those who wait, in order, the first that the agent could take; not necessarily all of them. */
async function firstFor(app: App, search: Search, own: Routable): Promise<Waiting[]> {
  for await (const page of app.store.waiting(own.mrdId)) {
    await search.learn(page);
    const line = page.filter((request) => search.fits(own, request));
    if (line.length > 0) return line;
  }
  return [];
}

/** The agent as routing sees them now; undefined for one who can take nothing there. */
async function entryOf(app: App, agentId: string, mrdId: string): Promise<Routable | undefined> {
  const agent = await app.store.agent(agentId);
  return agent ? [...routableEntries(agent).values()].find((entry) => entry.mrdId === mrdId) : undefined;
}

/** How every agent who can take a task now compares, longest available first: the first condition that they do not meet, or null. */
export async function compare(
  app: Pick<App, 'config' | 'now' | 'store'>,
  request: Waiting,
): Promise<{ agentId: string; failed: string | null }[]> {
  const [queue, agents] = await Promise.all([queueOf(app, request.queueId), routable(app, request.mrdId)]);
  return agents.map((entry) => ({ agentId: entry.agentId, failed: mismatch(entry, request, queue, app.now()) }));
}

export function waitingFor(conversation: Conversation, taskId: string): Waiting | undefined {
  return [...waitingEntries(conversation).values()].find((entry) => entry.taskId === taskId);
}

/** A queue that was deleted while somebody waited in it takes anybody on its MRD: nobody is left in limbo. */
async function queueOf(app: Pick<App, 'config'>, id: string): Promise<Pick<Queue, 'steps'>> {
  return (await app.config.get('queues', id)) ?? { steps: [] };
}

async function keepReceipt(
  app: App,
  search: Pick<Search, 'mismatch'>,
  request: Waiting,
  offeredTo: string | null,
  agents: readonly Routable[],
): Promise<void> {
  const { conversationId, taskId } = request;
  const considered = agents
    .slice(0, RECEIPT_LINES)
    .map((entry) => ({ agentId: entry.agentId, failed: search.mismatch(entry, request) }));
  await app.store.putReceipt({ conversationId, taskId, at: app.now(), offeredTo, considered });
}
