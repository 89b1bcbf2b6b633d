/**
 * Brings waiting requests and free agents together, from either side. Both sides write their own index entry first and then read the
 * other's with a consistent read, so at least one of two racing sides sees the other. The claim itself is one transaction.
 */
import { routable } from '../domain/agent.ts';
import { currentSession, type Conversation, type Meta } from '../domain/conversation.ts';
import { mismatch, routableEntries, waitingEntries, type Routable, type Waiting } from '../domain/routing.ts';
import type { Queue } from '../protocol/config.ts';
import type { App, Receipt } from './app.ts';
import { applyToConversation } from './apply.ts';

const RECEIPT_LINES = 50;

/** A request looks for an agent: the longest available one who matches, and the next one if somebody else was quicker. */
export async function place(
  app: App,
  { conversationId, taskId }: { conversationId: string; taskId: string },
): Promise<void> {
  const [conversation, meta] = await Promise.all([
    app.store.conversation(conversationId),
    app.store.meta(conversationId),
  ]);
  const request = conversation && waitingFor(conversation, taskId);
  if (!request || !meta) return;
  const queue = await queueOf(app, request.queueId);
  const considered: Receipt['considered'][number][] = [];
  for await (const page of app.store.routable(request.mrdId)) {
    for (const candidate of page) {
      const failed = mismatch(candidate, request, queue, app.now());
      considered.push({ agentId: candidate.agentId, failed });
      if (failed !== null) continue;
      const outcome = await claim(app, conversation, meta, request, candidate);
      if (outcome === 'taken') return;
      if (outcome === 'offered') return keepReceipt(app, request, candidate.agentId, considered);
    }
  }
  await keepReceipt(app, request, null, considered);
}

/** An agent looks for work: the first request in line that they match, and so on while they have a free slot. */
export async function findWork(app: App, { agentId, mrdId }: { agentId: string; mrdId: string }): Promise<void> {
  const queues = new Map<string, Promise<Pick<Queue, 'steps'>>>();
  const queue = (id: string) => {
    const known = queues.get(id) ?? queueOf(app, id);
    queues.set(id, known);
    return known;
  };
  for await (const page of app.store.waiting(mrdId)) {
    for (const request of page) {
      const agent = await app.store.agent(agentId);
      if (!agent || !routable(agent, mrdId)) return;
      const candidate = [...routableEntries(agent).values()].find((entry) => entry.mrdId === mrdId);
      if (!candidate || mismatch(candidate, request, await queue(request.queueId), app.now()) !== null) continue;
      const [conversation, meta] = await Promise.all([
        app.store.conversation(request.conversationId),
        app.store.meta(request.conversationId),
      ]);
      if (!conversation || !meta) continue;
      const outcome = await claim(app, conversation, meta, request, candidate);
      if (outcome === 'offered') await keepReceipt(app, request, agentId, [{ agentId, failed: null }]);
    }
  }
}

/** offered: this agent has it now. taken: the request is no longer waiting. missed: the agent has changed meanwhile. */
async function claim(
  app: App,
  conversation: Conversation,
  meta: Meta,
  request: Waiting,
  candidate: Routable,
): Promise<'offered' | 'taken' | 'missed'> {
  const { conversationId, taskId } = request;
  const channelSession = currentSession(conversation, meta);
  const event = { type: 'offer' as const, at: app.now(), taskId, agentId: candidate.agentId, channelSession };
  const { world, events } = await applyToConversation(app, conversationId, event);
  if (events.length > 0) return 'offered';
  return world.conversation.tasks[taskId]?.phase === 'QUEUED' ? 'missed' : 'taken';
}

export function waitingFor(conversation: Conversation, taskId: string): Waiting | undefined {
  return [...waitingEntries(conversation).values()].find((entry) => entry.taskId === taskId);
}

/** A queue that was deleted while somebody waited in it takes anybody on its MRD: nobody is left in limbo. */
export async function queueOf(app: Pick<App, 'config'>, id: string): Promise<Pick<Queue, 'steps'>> {
  return (await app.config.get('queues', id)) ?? { steps: [] };
}

async function keepReceipt(
  app: App,
  { conversationId, taskId }: Waiting,
  offeredTo: string | null,
  considered: Receipt['considered'],
): Promise<void> {
  await app.store.putReceipt({
    conversationId,
    taskId,
    at: app.now(),
    offeredTo,
    considered: considered.slice(0, RECEIPT_LINES),
  });
}
