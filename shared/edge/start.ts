/** A conversation begins: where it is routed, by which rules, and never twice for one channel session. */
import { newConversation } from '../domain/decide.ts';
import { Rejection } from '../domain/rejection.ts';
import { stepsOpenAfter } from '../domain/routing.ts';
import type { Rules } from '../domain/task.ts';
import type { ChannelSession, RoutingPolicy } from '../protocol/cim.ts';
import { byteLength, MAX_META_BYTES } from '../protocol/frame.ts';
import type { Queue } from '../protocol/config.ts';
import type { StartConversation } from '../protocol/platform.ts';
import type { App } from './app.ts';
import { decideAgain, startConversation } from './apply.ts';

/** `created` is false where the channel session had its conversation already. */
export async function start(
  app: App,
  wanted: StartConversation,
): Promise<{ conversationId: string; created: boolean }> {
  return decideAgain(app, async () => {
    const existing = await app.store.startedBy(wanted.channelSession.id);
    if (existing !== null) return { conversationId: existing, created: false };
    return { conversationId: await startNew(app, wanted), created: true };
  });
}

async function startNew(app: App, wanted: StartConversation): Promise<string> {
  const { channelSession, customer, conversationData } = wanted;
  if (byteLength(JSON.stringify({ channelSession, customer, conversationData })) > MAX_META_BYTES) {
    throw new Rejection(
      'conversation.tooLarge',
      'Session, customer and conversation data together are larger than 32 KB.',
    );
  }
  const queue = await routeOf(app, wanted);
  const at = app.now();
  const world = newConversation(app.newId(), at, channelSession, customer, conversationData);
  const priority = wanted.priority ?? Math.min(10, Math.max(1, Math.round(channelSession.channelData.requestPriority)));
  await startConversation(app, world, { type: 'start', at, queue, priority }, channelSession.id);
  return world.conversation.id;
}

/** What the request says wins over what the channel is configured for. Neither: no agent is asked for (a bot, a voice channel). */
async function routeOf(app: App, wanted: StartConversation): Promise<{ rules: Rules; mrdId: string } | null> {
  const policy = policyOf(wanted.channelSession);
  const list =
    wanted.list ?? (wanted.queue === undefined && policy?.routingMode === 'PULL' ? policy.routingObjectId : undefined);
  if (list) throw new Rejection('event.notImplemented', 'Conversations on pull lists are not built yet; name a queue.');
  const queueId = wanted.queue ?? (policy?.routingMode === 'PUSH' ? policy.routingObjectId : undefined);
  if (!queueId) return null;
  const queue = await app.config.get('queues', queueId);
  if (!queue) throw new Rejection('queue.unknown', `There is no queue ${queueId}.`);
  if (!(await app.config.get('mrds', queue.mrdId)))
    throw new Rejection('queue.mrdUnknown', `Queue ${queueId} names an unknown MRD ${queue.mrdId}.`);
  const configured = Math.ceil(policy?.agentRequestTtl ?? 0);
  const requestTtlSeconds = wanted.agentRequestTtl ?? (configured > 0 ? configured : queue.requestTtlSeconds);
  return { rules: { ...rulesOf(queue), requestTtlSeconds }, mrdId: queue.mrdId };
}

function policyOf({ channel }: ChannelSession): RoutingPolicy | null | undefined {
  return channel.channelConfig?.routingPolicy;
}

export function rulesOf(queue: Queue): Rules {
  const { id, name, priority, acceptSeconds, requestTtlSeconds, ronaPolicy, wrapUp } = queue;
  return {
    queue: { id, name },
    queuePriority: priority,
    acceptSeconds,
    requestTtlSeconds,
    ronaPolicy,
    wrapUpSeconds: wrapUp.enabled ? wrapUp.seconds : null,
    stepsOpenAfter: stepsOpenAfter(queue),
    agentSlaSeconds: queue.agentSlaSeconds ?? null,
  };
}
