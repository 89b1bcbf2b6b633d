/**
 * A conversation begins: where it is routed, by which rules, and never twice for one channel
 * session.
 */
import { mustFit, type Home } from '../../domain/conversation/conversation.ts';
import { newConversation } from '../../domain/decide.ts';
import { homeOnList } from '../../domain/handling/pull-list.ts';
import type { ChannelSession, RoutingPolicy } from '../../protocol/shapes/cim.ts';
import type { StartConversation } from '../../protocol/platform.ts';
import type { App } from '../app.ts';
import { choosing, homeBy, listOf, requiring } from '../home.ts';
import { Rejection } from '../../domain/rejection.ts';
import type { Loop } from '../loop/run.ts';
import { decideAgain } from '../loop/save.ts';
import { preferredFor } from './preferred.ts';

/** `created` is false where the channel session had its conversation already. */
export async function start(
  app: App,
  loop: Loop,
  wanted: StartConversation,
): Promise<{ conversationId: string; created: boolean }> {
  return decideAgain(app, async () => {
    const existing = await app.store.startedBy(wanted.channelSession.id);
    if (existing !== null)
      return { conversationId: await goesOn(app, existing, wanted.channelSession.id), created: false };
    return { conversationId: await startNew(app, loop, wanted), created: true };
  });
}

/**
 * The session's conversation, as long as it is open in it: one that has ended begins nothing anew.
 */
async function goesOn(app: App, conversationId: string, sessionId: string): Promise<string> {
  const conversation = await app.store.conversation(conversationId);
  if (conversation?.sessions[sessionId] !== undefined) return conversationId;
  throw new Rejection('channelSession.closed', `This channel session has ended, in conversation ${conversationId}.`);
}

async function startNew(app: App, loop: Loop, wanted: StartConversation): Promise<string> {
  const { channelSession, customer, conversationData, platformSeconds } = wanted;
  const at = app.now();
  const { home: found, toQueue, priority: there } = await homeOf(app, wanted, at);
  if (wanted.preferredAgents && !toQueue)
    throw new Rejection('request.invalid', 'preferredAgents: Expected a queue, in which they are asked first');
  if (wanted.requiredAttributes && !toQueue)
    throw new Rejection('request.invalid', 'requiredAttributes: Expected a queue, whose agents are to have them');
  const home = found && choosing(requiring(found, wanted.requiredAttributes), channelSession);
  const preferred =
    home && !home.list ? await preferredFor(app, wanted.preferredAgents, channelSession, customer._id) : undefined;
  const world = newConversation(app.newId(), at, channelSession, customer, conversationData);
  if (world.meta) mustFit(world.conversation, world.meta);
  const asked = wanted.priority ?? Math.min(10, Math.max(1, Math.round(channelSession.channelData.requestPriority)));
  await loop.startConversation(
    world,
    { type: 'start', at, home, priority: there ?? asked, platformSeconds, preferred },
    channelSession.id,
  );
  return world.conversation.id;
}

/**
 * What the request says wins over what the channel is configured for. Neither: no agent is asked
 * for, and the platform has the customer (a bot, a voice channel). `toQueue`: they were to go to a
 * queue, wherever that sends them.
 */
async function homeOf(
  app: App,
  wanted: StartConversation,
  at: number,
): Promise<{ home: Home | null; toQueue: boolean; priority?: number | undefined }> {
  const policy = policyOf(wanted.channelSession);
  const given = wanted.queue !== undefined || wanted.list !== undefined;
  const routed = (mode: 'PUSH' | 'PULL') =>
    given || policy?.routingMode !== mode ? undefined : (policy.routingObjectId ?? undefined);
  const listId = wanted.list ?? routed('PULL');
  if (listId) return { home: homeOnList(await listOf(app, listId), at), toQueue: false };
  const queueId = wanted.queue ?? routed('PUSH');
  const configured = Math.ceil(policy?.agentRequestTtl ?? 0);
  if (!queueId) return { home: null, toQueue: false };
  const ttlSeconds = wanted.agentRequestTtl ?? (configured > 0 ? configured : undefined);
  return { ...(await homeBy(app, queueId, { ttlSeconds })), toQueue: true };
}

function policyOf({ channel }: ChannelSession): RoutingPolicy | null | undefined {
  return channel.channelConfig?.routingPolicy;
}
