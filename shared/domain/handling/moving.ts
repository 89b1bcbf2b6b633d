/**
 * A customer whom no agent has is sent to a queue, or to another one, with another urgency or
 * another time to live. What is asked for applies at once; what is so already is no change.
 */
import { alike } from '../alike.ts';
import type { Conversation, Home } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { customerPresent, hasPrimary } from '../conversation/participants.ts';
import { LEAVING, type Rules, type Task, type TaskIn } from '../conversation/task.ts';
import { Rejection } from '../rejection.ts';
import type { Preferred } from '../choosing/preferred.ts';
import { enqueue, logEnqueued, pendingRequest, queued, stopLooking, takeBack, timeToLive } from './queueing.ts';

export interface Move {
  readonly rules: Rules;
  readonly mrdId: string;
  /** 1..10. Without it, who waits keeps theirs, and whoever did not has 1. */
  readonly priority?: number | undefined;
  /**
   * Without it, who stays in their queue keeps what is left of theirs; another queue has its own.
   */
  readonly ttlSeconds?: number | undefined;
  /** Whom it asks first. Without it, who stays in their queue keeps theirs. */
  readonly preferred?: Preferred | undefined;
}

export function moveToQueue(draft: Draft, move: Move): void {
  const { conversation } = draft;
  mustBeMovable(conversation);
  const { mrdId, priority = 1, ttlSeconds, preferred } = move;
  const rules = { ...move.rules, requestTtlSeconds: ttlSeconds ?? move.rules.requestTtlSeconds };
  const waiting = pendingRequest(conversation);
  if (waiting?.phase !== 'QUEUED' && waiting?.phase !== 'RESERVED') {
    if (!conversation.home?.list) draft.change({ home: { rules, mrdId } }); // from a list: only once somebody accepts
    return enqueue(draft, { rules, mrdId, priority, preferred, direction: 'INBOUND', mode: 'QUEUE' });
  }
  if (waiting.mode === 'QUEUE' && waiting.rules.queue?.id === rules.queue?.id) stayIn(draft, waiting, move);
  else goTo(draft, inTime(waiting), { rules, mrdId, preferred, priority: move.priority ?? (waiting.priority || 1) });
}

/** The same onto a pull list, where whoever looks for them stops. */
export function moveOntoList(draft: Draft, { home }: { home: Home }): void {
  const { conversation } = draft;
  mustBeMovable(conversation);
  stopLooking(draft);
  if (conversation.home?.list?.id !== home.list?.id) draft.change({ home, answered: false }); // or it keeps its place
}

function mustBeMovable(conversation: Conversation): void {
  if (!customerPresent(conversation)) throw new Rejection('conversation.closed', 'The customer has left.');
  if (hasPrimary(conversation)) throw new Rejection('state.invalid', 'An agent has this conversation.');
}

type Waiting = TaskIn<'QUEUED'> | TaskIn<'RESERVED'>;

/**
 * The same queue: another place in its line, or another end of the wait. An offer goes on ringing.
 */
function stayIn(draft: Draft, waiting: Waiting, move: Move): void {
  const { rules: there, priority = waiting.priority, ttlSeconds, preferred } = move;
  const { requestTtlSeconds } = waiting.rules;
  const other = ttlSeconds !== undefined && ttlSeconds !== requestTtlSeconds;
  const others = preferred && !alike(wish(preferred), waiting.preferred && wish(waiting.preferred));
  const { required = waiting.rules.required } = there;
  if (priority === waiting.priority && !other && !others && alike(required, waiting.rules.required)) return;
  const rules = { ...waiting.rules, requestTtlSeconds: ttlSeconds ?? requestTtlSeconds, ...(required && { required }) };
  const ttl = other ? newTtl(draft, waiting, rules) : waiting.ttl;
  place(draft, { ...(other ? inTime(waiting) : waiting), rules, priority, ttl, ...(others ? { preferred } : {}) });
}

/** Whose time is new is not overdue any more, or they would be sent on at once. */
function inTime(waiting: Waiting): Waiting {
  if (!waiting.overdue) return waiting;
  return { ...waiting, overdue: undefined };
}

/** Whom the platform wants to be asked, whoever was asked already. */
function wish({ agentIds, waitSeconds = 0 }: Preferred) {
  return { agentIds, waitSeconds };
}

/** Another queue, with its own rules and time to live; since when the customer waits stays. */
export function goTo(
  draft: Draft,
  waiting: Waiting,
  to: Pick<Task, 'rules' | 'mrdId' | 'priority' | 'preferred'>,
): void {
  const { home, path } = draft.conversation;
  const { mrdId } = to;
  const rules = keeping(to.rules, waiting.rules);
  if (LEAVING.includes(waiting.direction)) {
    draft.change({ path: [...path.slice(0, -1), `queue ${rules.queue?.name}`] });
  } else if (!home?.list) {
    draft.change({ home: { rules, mrdId } });
  }
  const ttl = newTtl(draft, waiting, rules);
  if (waiting.phase === 'QUEUED') {
    const { stray: _, preferred: __, ...task } = waiting;
    const { preferred, priority } = to;
    const there = { rules, mrdId, priority, ...(preferred ? { preferred } : {}), ...asked(waiting) };
    return place(draft, { ...task, ...there, ttl, passOver: {} });
  }
  takeBack(draft, waiting, 'REROUTE', { goesOn: true });
  const { direction, routedSince } = waiting;
  const again = { ...to, rules, direction, mode: 'QUEUE' as const, ...asked(waiting) };
  logEnqueued(draft, queued(draft, again, { routedSince, passOver: {}, ttl, again: waiting }));
}

/** Who asked for a colleague is nobody special where somebody else sends the customer. */
function asked({ request }: Waiting): Pick<Task, 'request'> {
  return request ? { request: { ...request, moved: true } } : {};
}

/**
 * What the customer needs of an agent they need in every queue, unless somebody says otherwise, and
 * so whom their channel wants rather.
 */
function keeping(rules: Rules, { required, selection }: Rules): Rules {
  return { ...(required && { required }), ...(selection && { selection }), ...rules };
}

function newTtl(draft: Draft, { id }: Task, rules: Rules): Waiting['ttl'] {
  return timeToLive(`${id}-${draft.conversation.lastSeq + 1}`, draft.at, rules);
}

/** The instant tells one place from the next, also where two moves meet in a millisecond. */
function place(draft: Draft, task: Waiting): void {
  const moved = task.phase === 'QUEUED' ? { ...task, movedAt: Math.max(draft.at, (task.movedAt ?? 0) + 1) } : task;
  draft.setTask(moved);
  logEnqueued(draft, moved);
}
