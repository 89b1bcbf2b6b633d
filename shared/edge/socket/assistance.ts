/**
 * The five events by which an agent asks for a colleague: the same payload, the same rule, another
 * direction.
 */
import type { Target } from '../../domain/handling/assistance.ts';
import { homeOnList } from '../../domain/handling/pull-list.ts';
import { isHere } from '../../domain/conversation/participants.ts';
import type { Direction } from '../../domain/conversation/task.ts';
import type { AgentPayload } from '../../protocol/agent-events.ts';
import type { App } from '../app.ts';
import { route, type Route } from './route.ts';
import { refusedBy } from '../admission.ts';
import { listOf, rulesOf } from '../home.ts';
import { isListed } from '../profile.ts';
import { servedOnlyBy } from '../served.ts';

type AssistanceEvent =
  | 'directTransferRequest'
  | 'directConferenceRequest'
  | 'consultRequest'
  | 'consultTransferRequest'
  | 'consultConferenceRequest';

export function assistance(event: AssistanceEvent, direction: Direction): Route {
  return route(event, async ({ app, loop, identity, data, by }) => {
    if (data.mode === 'list') {
      const { conversationId, listId, note } = data;
      const at = app.now();
      const home = homeOnList(await listOf(app, listId), at);
      const event = { type: 'moveToList' as const, at, agentId: identity.id, home, note };
      await loop.applyToConversation(conversationId, event, { by });
      return;
    }
    const target = await targetOf(app, data, identity.id);
    const { conversationId, note = null } = data;
    await loop.applyToConversation(
      conversationId,
      { type: 'assist', at: app.now(), agentId: identity.id, direction, target, note },
      { by },
    );
  });
}

/**
 * Queues go by their name, as agents know them; which of several with one name is meant, the
 * conversation's MRD decides.
 */
async function targetOf(
  app: App,
  wanted: Exclude<AgentPayload<AssistanceEvent>, { mode: 'list' }>,
  agentId: string,
): Promise<Target> {
  if (wanted.mode === 'agent') {
    const { requestedAgentId: targetId, offerToAgent } = wanted;
    return { mode: 'agent', targetId, offerToAgent, listed: await isListed(app, targetId) };
  }
  const [queues, conversation] = await Promise.all([
    app.config.list('queues'),
    app.store.conversation(wanted.conversationId),
  ]);
  const named = queues.filter(({ name }) => name === wanted.queueName);
  const others = conversation ? Object.keys(conversation.participants).filter((id) => isHere(conversation, id)) : [];
  const present = [...new Set([agentId, ...others])];
  const candidates = named.map(async (queue) => {
    const meant = queue.mrdId === conversation?.home?.mrdId;
    const [refused, taken] = meant
      ? await Promise.all([refusedBy(app, queue), servedOnlyBy(app, queue, present)])
      : [null, false];
    return { rules: rulesOf(queue), mrdId: queue.mrdId, refused, taken };
  });
  return { mode: 'queue', queueName: wanted.queueName, candidates: await Promise.all(candidates) };
}
