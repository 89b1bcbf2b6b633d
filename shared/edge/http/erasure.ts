/** What is kept of a person is erased when they ask for it. */
import type { LoggedEvent } from '../../domain/conversation/conversation.ts';
import { Rejection } from '../../domain/rejection.ts';
import { isRecord } from '../../protocol/values.ts';
import type { App } from '../app.ts';

/** The answer of `DELETE /customers/{id}`. */
export interface ErasedCustomer {
  readonly customerId: string;
  readonly erased: {
    /** Conversations of which nothing is left. */
    readonly conversations: number;
    readonly events: number;
    /** What agents could have had repeated of them. */
    readonly notices: number;
    /** Markers of messages, routing receipts, and ended sessions. */
    readonly others: number;
  };
  /** true: there is more than one call may take; call again. */
  readonly more: boolean;
}

/** How many conversations one call erases, and for how long it may begin another. */
const MOST = 100;
const PATIENCE_MS = 8_000;

/** Nothing is erased while one of them is open: what is said in it would come back. */
export async function eraseCustomer(app: App, customerId: string): Promise<ErasedCustomer> {
  const giveUpAt = app.now() + PATIENCE_MS;
  const all = await app.store.conversationsOf(customerId);
  const now = all.slice(0, MOST);
  // All of them, not only those that this call erases: half an erasure is none.
  for (let from = 0; from < all.length; from += MOST) {
    const some = await Promise.all(all.slice(from, from + MOST).map((id) => app.store.conversation(id)));
    const open = some.flatMap((conversation) =>
      conversation && conversation.state !== 'CLOSED' ? conversation.id : [],
    );
    if (open.length > 0)
      throw new Rejection(
        'customer.inConversation',
        `Close these conversations first: ${open.slice(0, 10).join(', ')}.`,
      );
  }
  const erased = { conversations: 0, events: 0, notices: 0, others: 0 };
  for (const conversationId of now) {
    if (app.now() > giveUpAt) break;
    erased.notices += await eraseNotices(app, conversationId);
    const { events, others, complete } = await app.store.erase(conversationId);
    erased.events += events;
    erased.others += others;
    if (!complete) break;
    await app.store.forgetCustomer(customerId, conversationId);
    erased.conversations += 1;
  }
  return { customerId, erased, more: erased.conversations < all.length };
}

const PAGE = 500;

/** Of everybody whom the log names: while it is there, it says whose logs may hold something. */
async function eraseNotices(app: App, conversationId: string): Promise<number> {
  const agentIds = new Set<string>();
  for (let after = 0; ;) {
    const events = await app.store.events(conversationId, { after, limit: PAGE });
    for (const id of events.flatMap(agentsIn)) agentIds.add(id);
    const last = events.at(-1);
    if (!last || events.length < PAGE) break;
    after = last.seq;
  }
  const counts = await Promise.all([...agentIds].map((agentId) => app.store.eraseNotices(agentId, conversationId)));
  return counts.reduce((sum, count) => sum + count, 0);
}

/** Agents who were offered it, took it, joined it or asked for somebody in it. */
function agentsIn({ event: { data } }: LoggedEvent): string[] {
  const { task, agentParticipant } = data;
  const assigned = isRecord(task) && isRecord(task['assignedTo']) ? task['assignedTo']['id'] : undefined;
  const joined = isRecord(agentParticipant) && isRecord(agentParticipant['participant']);
  const participant =
    joined && isRecord(agentParticipant['participant']) ? agentParticipant['participant']['id'] : null;
  return [assigned, participant].filter((id) => typeof id === 'string');
}
