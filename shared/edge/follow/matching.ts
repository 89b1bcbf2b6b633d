/**
 * Brings waiting requests and free agents together, from either side. Both sides write their own
 * index entry first and then read the other's with a consistent read, so at least one of two racing
 * sides sees the other. The claim itself is one transaction. Whoever loses one takes the next;
 * whoever loses many looks again a moment later.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import { routable } from '../../domain/agent/routable.ts';
import type { Conversation } from '../../domain/conversation/conversation.ts';
import { BACKUP_MS, type Timer } from '../../domain/effect.ts';
import { overflowOf } from '../../domain/custody/overflow.ts';
import { asIfBack } from '../../domain/handling/offering.ts';
import { follows } from '../../domain/handling/queueing.ts';
import {
  merged,
  mismatch,
  pairs,
  placeOf,
  routableEntries,
  spread,
  waitingFor,
  type Pair,
  type Routable,
  type Waiting,
} from '../../domain/routing/routing.ts';
import { rather } from '../../domain/choosing/selection.ts';
import type { App } from '../app.ts';
import { homeBehind } from '../home.ts';
import { saveConversation } from '../loop/save.ts';
import type { Steps } from '../loop/saved.ts';
import { requestsFor, windowOf, type Fits, type QueueSteps } from './windows.ts';

/** So often a search looks in vain, before it leaves it to a timer to look again. */
const MOST_ROUNDS = 5;
/** So many agents are tried of those that were read at once. */
const MOST_CLAIMS = 3;
const RECEIPT_LINES = 50;

const ANYBODY: QueueSteps = { steps: [] };

type Requested = Pick<Waiting, 'conversationId' | 'taskId'>;
type Looking = Pick<Routable, 'agentId' | 'mrdId'>;

/**
 * A request looks for an agent: who is left once those before it in line have theirs. If nobody is
 * left, it sees to it that the first of these gets theirs, for who tells that anybody else is about
 * to? So nobody is overtaken, and nobody is forgotten.
 */
export async function* place(app: App, { conversationId, taskId }: Requested): Steps {
  const search = new Search(app);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const conversation = await app.store.conversation(conversationId);
    const task = conversation?.tasks[taskId];
    const request = conversation && waitingFor(conversation, taskId);
    if (task?.phase !== 'QUEUED' || !request) return;
    const queue = await app.config.get('queues', request.queueId);
    if (!follows(task, queue)) {
      yield await saveConversation(app, conversationId, { type: 'queueChanged', at: app.now(), taskId, queue });
      continue;
    }
    const next = overflowOf(task, queue);
    const home = next && (await homeBehind(app, next));
    if (home && home.mrdId === task.mrdId) {
      const priority = next.to === 'QUEUE' ? next.priority : task.priority;
      yield await saveConversation(app, conversationId, { type: 'overflow', at: app.now(), taskId, home, priority });
      continue;
    }
    search.learn(request.queueId, queue);
    if (request.preferred && task.preferred) {
      if (yield* search.first(request)) return;
      const { preferred } = task;
      yield await saveConversation(app, conversationId, { type: 'preferenceOver', at: app.now(), taskId, preferred });
      continue;
    }
    const { agents, ahead } = await windowOf(app, request, search.queueOf(request), search.fits);
    const all = pairs([...ahead, request], agents, search.fits, search.order);
    const [first] = all;
    const own = all.find((pair) => pair.request.taskId === taskId);
    if (!own && (yield* search.back(conversation, request))) return;
    if (!first) return await search.keepReceipt(request, null, agents);
    if (!own) {
      yield* search.claim(first, agents);
      continue;
    }
    for (const entry of candidates(own, all, agents, search.fits)) {
      if ((yield* search.claim({ request, entry }, agents)) !== 'moved') return;
    }
  }
  await lookAgain(app, { kind: 'placeRequest', conversationId, taskId });
}

/**
 * Who was worked out, and then, where others were quicker, whoever is left: from a place on that
 * the task chooses, so that they do not all meet again.
 */
function candidates(
  { request, entry }: Pair,
  all: readonly Pair[],
  agents: readonly Routable[],
  fits: Fits,
): Routable[] {
  const taken = new Set(all.map((pair) => pair.entry.agentId));
  const left = agents.filter((other) => !taken.has(other.agentId) && fits(other, request));
  const start = spread(request.taskId, left.length);
  return [entry, ...left.slice(start), ...left.slice(0, start)].slice(0, MOST_CLAIMS);
}

/**
 * An agent looks for work, until they have no place left or nothing is for them: what falls to them
 * once those of their line who are available longer have theirs. If nothing does, they see to it
 * that the first of these get it; but who has only just come looks for themselves, and a timer does
 * so again if that fails. So does who is to have the best, for there may be a better one in another
 * line.
 */
export async function* findWork(app: App, { agentId, mrdId }: Looking): Steps {
  const search = new Search(app);
  for (let inVain = 0; inVain < MOST_ROUNDS;) {
    const [agent, queues] = await Promise.all([app.store.agent(agentId), app.config.list('queues')]);
    const own = agent && [...routableEntries(agent).values()].find((entry) => entry.mrdId === mrdId);
    if (!own) return;
    for (const queue of queues) search.learn(queue.id, queue);
    const looks = ({ enqueuedAt }: Waiting) => app.now() < enqueuedAt + BACKUP_MS;
    const all = await requestsFor(app, own, queues, search.fits);
    const requests = all.filter((request) => search.order(request) === null || !looks(request));
    if (requests.length === 0) return;
    const line = await app.store.routable(mrdId, own.line, { limit: requests.length });
    const agents = merged([line.filter((entry) => entry.agentId !== agentId), [own]]);
    const given = pairs(requests, agents, search.fits, search.order);
    const next = given.find(({ entry }) => entry.agentId === agentId) ?? given.find(({ request }) => !looks(request));
    if (!next) return;
    const claimed = (yield* search.claim(next, agents)) === 'placed';
    if (!claimed || next.entry.agentId !== agentId) inVain += 1;
  }
  await lookAgain(app, { kind: 'findWork', agentId, mrdId });
}

/** Many compete: they have gone different ways a moment later. */
async function lookAgain(app: App, timer: Extract<Timer, { kind: 'placeRequest' | 'findWork' }>): Promise<void> {
  const dueAt = app.now() + BACKUP_MS;
  await app.timers.start([{ key: `again#${JSON.stringify(timer)}#${dueAt}`, dueAt, timer }]);
}

/** What one search has learnt: queues, and whom it has tried in vain. */
class Search {
  readonly #app: App;
  readonly #queues = new Map<string, QueueSteps>();
  readonly #tried = new Set<string>();

  constructor(app: App) {
    this.#app = app;
  }

  learn(id: string, queue: QueueSteps | null): void {
    this.#queues.set(id, queue ?? ANYBODY);
  }

  /**
   * A queue that was deleted while somebody waited in it takes anybody on its MRD: nobody is left
   * in limbo.
   */
  queueOf({ queueId, stray }: Waiting): QueueSteps {
    return (stray ? undefined : this.#queues.get(queueId)) ?? ANYBODY;
  }

  readonly mismatch = (entry: Routable, request: Waiting): string | null =>
    mismatch(entry, request, this.queueOf(request), this.#app.now());

  /** Who of those that match gets it. */
  readonly order = (request: Waiting) => rather(this.queueOf(request), request.selection);

  readonly fits: Fits = (entry, request) =>
    entry.mrdId === request.mrdId && !this.#tried.has(pairId(entry, request)) && this.mismatch(entry, request) === null;

  /**
   * One transaction decides. `gone`: the request no longer waits; `moved`: the agent no longer
   * stands where they stood, or cannot take this one. Then nothing has happened.
   */
  async *claim(
    { request, entry }: Pair,
    agents: readonly Routable[],
    inLine = true,
  ): Steps<'placed' | 'gone' | 'moved'> {
    this.#tried.add(pairId(entry, request));
    const { conversationId, taskId } = request;
    const { agentId, since } = entry;
    const event = { type: 'offer' as const, at: this.#app.now(), taskId, agentId, ...(inLine ? { since } : {}) };
    const saved = await saveConversation(this.#app, conversationId, event);
    if (!saved.written) return waitingFor(saved.decision.world.conversation, taskId) ? 'moved' : 'gone';
    yield saved;
    await this.keepReceipt(request, agentId, agents);
    return 'placed';
  }

  /**
   * Asks those whom the request prefers. true: it was decided, and nobody else is to be looked for.
   */
  async *first(request: Waiting): Steps<boolean> {
    const { preferred = [] } = request;
    const people = await this.#app.store.agents(preferred);
    const inTurn = preferred.flatMap((id) => people.find((agent) => agent.id === id) ?? []);
    return yield* this.#ask(inTurn, request);
  }

  /**
   * Where nobody in line takes it: asks those who wrap up this very conversation, and stand in no
   * line for that. true: it was decided.
   */
  async *back(conversation: Conversation, request: Waiting): Steps<boolean> {
    const at = this.#app.now();
    const wrapping = Object.entries(conversation.participants).filter(([, { role }]) => role === 'WRAP_UP');
    const people = wrapping.length > 0 ? await this.#app.store.agents(wrapping.map(([id]) => id)) : [];
    const inNoLine = people.filter((agent) => !routable(agent, request.mrdId));
    const free = inNoLine.map((agent) => asIfBack(conversation, agent, at));
    return yield* this.#ask(free, request, false);
  }

  /** One after the other. true: it was decided. */
  async *#ask(people: readonly Agent[], request: Waiting, inLine = true): Steps<boolean> {
    const entries = people
      .flatMap((agent) => [...routableEntries(agent).values()])
      .filter(({ mrdId }) => mrdId === request.mrdId);
    for (const entry of entries) {
      if (!this.fits(entry, request)) continue;
      if ((yield* this.claim({ request, entry }, entries, inLine)) !== 'moved') return true;
    }
    return false;
  }

  /** Who was looked at, and what each of them lacks. */
  async keepReceipt(request: Waiting, offeredTo: string | null, agents: readonly Routable[]): Promise<void> {
    const { conversationId, taskId } = request;
    const considered = agents
      .slice(0, RECEIPT_LINES)
      .map((entry) => ({ agentId: entry.agentId, line: entry.line, failed: this.mismatch(entry, request) }));
    await this.#app.store.putReceipt({ conversationId, taskId, at: this.#app.now(), offeredTo, considered });
  }
}

/**
 * A request and an agent where they stand: whoever is offered something stands elsewhere
 * afterwards.
 */
function pairId(entry: Routable, request: Waiting): string {
  return JSON.stringify([request.taskId, placeOf(entry)]);
}
