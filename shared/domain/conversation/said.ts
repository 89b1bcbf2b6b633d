/**
 * What an agent's desk is told of a task or a conversation of theirs: the offer, its end, the
 * wrap-up's countdown, goodbye.
 */
import type { WRAP_UP_ENDS } from '../../protocol/manager-events.ts';
import type { ChannelSession } from '../../protocol/shapes/cim.ts';
import { emit, type Emit } from '../effect.ts';
import type { Conversation } from './conversation.ts';
import { attemptOf, needsNote, wireTaskId, type TaskIn } from './task.ts';

/**
 * What an agent is told on leaving (`topicUnsubscription.reason`); desks say anything but
 * UNSUBSCRIBED and CHAT TRANSFERRED aloud.
 */
export type Goodbye =
  | 'UNSUBSCRIBED'
  | 'CHAT TRANSFERRED'
  | 'CUSTOMER LEFT'
  | 'MRD INTERRUPTED'
  | 'REROUTED'
  | 'AGENT SLA EXPIRED'
  | 'PRIMARY AGENT LEFT'
  | 'CONVERSATION CLOSED';

/**
 * The offer as the agent's desk gets it, now and again after every reconnect. `expiresAt` is ours,
 * when it will be revoked, and so is `now`: a desk's clock may be wrong.
 */
export function taskRequest(
  conversation: Conversation,
  task: TaskIn<'RESERVED'>,
  channelSession: ChannelSession,
  now: number,
): Emit {
  const ringing = task.request?.offerToAgent ?? !task.rules.autoAccept;
  const data = {
    conversationId: conversation.id,
    channelSession,
    roomInfo: conversation.roomInfo,
    taskId: wireTaskId(task),
    attempt: attemptOf(task),
    taskState: { name: ringing ? ('RESERVED' as const) : ('STARTED' as const) },
    taskDirection: task.direction,
    queue: task.rules.queue,
    note: task.request?.note ?? null,
    requestedBy: task.request?.by.name ?? null,
    expiresAt: task.expiresAt,
    now,
  };
  return emit(task.assignedTo.id, 'taskRequest', data, conversation.id);
}

export function revokeTask(
  agentId: string,
  conversationId: string,
  task: Parameters<typeof wireTaskId>[0],
  reason: string,
): Emit {
  return emit(agentId, 'revokeTask', { conversationId, taskId: wireTaskId(task), reason }, conversationId);
}

/**
 * The wrap-up countdown, in whole seconds that remain (a desk counts down by itself; it is told
 * once, again after a reconnect, and when it is extended).
 */
export function wrapupTimerStarted(
  conversation: Pick<Conversation, 'id' | 'roomInfo'>,
  task: TaskIn<'WRAP_UP'>,
  at: number,
): Emit {
  const durationMs = Math.max(0, task.expiresAt - at);
  const data = {
    conversationId: conversation.id,
    duration: Math.ceil(durationMs / 1000),
    durationMs,
    expiresAt: task.expiresAt,
    now: at,
    noteNeeded: needsNote(task),
    task: 'wrapupTimerStarted' as const,
    roomInfo: conversation.roomInfo,
    statusCode: 200,
  };
  return emit(task.assignedTo.id, 'wrapupTimerStarted', data, conversation.id);
}

/** How a wrap-up ended, as some desks tell the agent. */
export type WrapUpEnd = (typeof WRAP_UP_ENDS)[number];

export function topicUnsubscription(
  conversation: Conversation,
  agentId: string,
  reason: Goodbye,
  detail?: WrapUpEnd,
): Emit {
  const { id: conversationId, roomInfo } = conversation;
  const data = {
    conversationId,
    reason,
    ...(detail ? { detail } : {}),
    task: 'topicUnsubscription' as const,
    statusCode: 200,
    roomInfo,
  };
  return emit(agentId, 'topicUnsubscription', data, conversationId);
}

export function topicClosed({ id: conversationId }: Conversation, agentId: string): Emit {
  return emit(agentId, 'topicClosed', { task: 'topicClosed', conversationId, statusCode: 200 }, conversationId);
}
