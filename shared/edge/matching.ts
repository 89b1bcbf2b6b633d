/**
 * Brings waiting requests and free agents together, from either side. Both sides write their own index entry first and then read the
 * other's with a consistent read, so at least one of two racing sides sees the other. The claim itself is one transaction.
 */
import { currentSession, type Conversation, type Meta } from '../domain/conversation.ts';
import { mismatch, routableEntries, waitingEntries, type Routable, type Waiting } from '../domain/routing.ts';
import type { Queue } from '../protocol/config.ts';
import type { App } from './app.ts';
import { applyToConversation } from './apply.ts';

const RECEIPT_LINES = 50;

/**
 * A request looks for an agent: whoever matches looks for work, and serves the line in its order. If that was somebody who waited longer, the
 * next agent is asked. So nobody is overtaken, whichever side comes first.
 */
export async function place(
  app: App,
  { conversationId, taskId }: { conversationId: string; taskId: string },
): Promise<void> {
  const asked = new Set<string>();
  for (;;) {
    const conversation = await app.store.conversation(conversationId);
    const request = conversation && waitingFor(conversation, taskId);
    if (!request) return;
    const candidates = await compare(app, request);
    const match = candidates.find(({ failed, entry }) => failed === null && !asked.has(entry.agentId));
    if (!match) return keepReceipt(app, request, null, candidates);
    asked.add(match.entry.agentId);
    await findWork(app, match.entry);
  }
}

/** An agent looks for work: each request in line that they match goes to the longest available agent, while this one has a free slot. */
export async function findWork(app: App, { agentId, mrdId }: { agentId: string; mrdId: string }): Promise<void> {
  const queues = new Map<string, Pick<Queue, 'steps'>>();
  let own = await entryOf(app, agentId, mrdId);
  for await (const page of app.store.waiting(mrdId)) {
    for (const request of page) {
      if (!own) return;
      const queue = queues.get(request.queueId) ?? (await queueOf(app, request.queueId));
      queues.set(request.queueId, queue);
      if (mismatch(own, request, queue, app.now()) !== null) continue;
      await assign(app, request);
      own = await entryOf(app, agentId, mrdId);
    }
  }
}

/** The agent as routing sees them now; undefined for one who can take nothing there. */
async function entryOf(app: App, agentId: string, mrdId: string): Promise<Routable | undefined> {
  const agent = await app.store.agent(agentId);
  return agent ? [...routableEntries(agent).values()].find((entry) => entry.mrdId === mrdId) : undefined;
}

/** The longest available agent who matches gets the request, or the next one if somebody else was quicker. */
async function assign(app: App, request: Waiting): Promise<void> {
  const [conversation, meta, candidates] = await Promise.all([
    app.store.conversation(request.conversationId),
    app.store.meta(request.conversationId),
    compare(app, request),
  ]);
  if (!conversation || !meta) return;
  for (const { entry, failed } of candidates) {
    if (failed !== null || !(await claim(app, conversation, meta, request, entry))) continue;
    return keepReceipt(app, request, entry.agentId, candidates);
  }
}

interface Candidate {
  readonly entry: Routable;
  /** The first condition that the agent does not meet; null is a match. */
  readonly failed: string | null;
}

/** Every agent who can take a task now, longest available first. */
export async function compare(app: Pick<App, 'config' | 'now' | 'store'>, request: Waiting): Promise<Candidate[]> {
  const queue = await queueOf(app, request.queueId);
  const candidates: Candidate[] = [];
  for await (const page of app.store.routable(request.mrdId)) {
    candidates.push(...page.map((entry) => ({ entry, failed: mismatch(entry, request, queue, app.now()) })));
  }
  return candidates;
}

/** One transaction decides. False where the request is no longer waiting or the agent has changed: then nothing has happened. */
async function claim(
  app: App,
  conversation: Conversation,
  meta: Meta,
  request: Waiting,
  candidate: Routable,
): Promise<boolean> {
  const { conversationId, taskId } = request;
  const channelSession = currentSession(conversation, meta);
  const event = { type: 'offer' as const, at: app.now(), taskId, agentId: candidate.agentId, channelSession };
  const { events } = await applyToConversation(app, conversationId, event);
  return events.length > 0;
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
  { conversationId, taskId }: Waiting,
  offeredTo: string | null,
  candidates: readonly Candidate[],
): Promise<void> {
  const considered = candidates
    .slice(0, RECEIPT_LINES)
    .map(({ entry, failed }) => ({ agentId: entry.agentId, failed }));
  await app.store.putReceipt({ conversationId, taskId, at: app.now(), offeredTo, considered });
}
