/**
 * An agent asks for a colleague: to hand the customer over (transfer), to join (conference), or for
 * advice unseen by the customer (consult). One request at a time, never more than four agents,
 * never in a circle, and a customer who was handed over to nobody goes home.
 */
import { notSignedIn, routable, trusted } from '../agent/routable.ts';
import { endRequest, enqueue, pendingRequest } from './queueing.ts';
import { changeRole, isHere, taskOf } from '../conversation/participants.ts';
import { handOver, type Departure } from './leaving.ts';
import { leaveNote } from '../asking/note.ts';
import { asIfBack, moveIn, reserve } from './offering.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { resume } from './hold.ts';
import { Rejection } from '../rejection.ts';
import { LEAVING, REROUTE_PRIORITY, wireTask, type Direction, type Rules } from '../conversation/task.ts';

export const MOST_AGENTS = 4;

interface Candidate {
  readonly rules: Rules;
  readonly mrdId: string;
  /** Those who serve it are in this conversation already, all of them. */
  readonly taken?: boolean;
  /** It is closed or full now, and says so. */
  readonly refused?: Rejection | null;
}

/** What was named: an agent, or the queues of that name with their rules. */
export type Target =
  | { mode: 'queue'; queueName: string; candidates: readonly Candidate[] }
  /** `listed`: there is such a colleague, whether they have ever signed in or not. */
  | { mode: 'agent'; targetId: string; offerToAgent: boolean; listed?: boolean };

export interface AssistanceRequest {
  readonly agentId: string;
  readonly direction: Direction;
  readonly target: Target;
  readonly note: string | null;
}

/** Asks. Everything that can be refused is refused before anything changes. */
export function assist(draft: Draft, request: AssistanceRequest): void {
  const { agentId, direction, target } = request;
  mayAsk(draft.conversation, agentId);
  noneIsAsked(draft.conversation);
  if (target.mode === 'agent' && isConsulted(draft.conversation, target.targetId, direction)) {
    return promote(draft, { ...request, targetId: target.targetId });
  }
  const leaving = LEAVING.includes(direction);
  if (!leaving && agentsIn(draft.conversation) >= MOST_AGENTS) {
    throw new Rejection('conversation.full', `There are ${MOST_AGENTS} agents in this conversation.`);
  }
  const path = leaving ? nextStop(draft.conversation, stopOf(target)) : draft.conversation.path;
  const { rules, mrdId } = target.mode === 'queue' ? queueOf(draft.conversation, target) : homeOf(draft.conversation);
  const colleague = target.mode === 'agent' ? colleagueOf(draft, target, agentId, mrdId) : null;

  if (draft.conversation.hold && leaving) resume(draft, agentId);
  draft.change({ path });
  draft.emit(agentId, 'agentAssistanceRequestPlaced', {
    requestAction: leaving ? 'transfer' : direction === 'CONSULT' ? 'consult' : 'conference',
    mode: target.mode,
    conversationId: draft.conversation.id,
    statusCode: 200,
  });
  leaveNote(draft, agentId, request.note);
  const asked = { rules, mrdId, direction, request: askedBy(draft, request) };
  if (colleague && target.mode === 'agent') {
    const id = `${draft.conversation.id}-${draft.conversation.lastSeq + 1}`;
    const ttl = { timerId: `${id}-ttl`, expiresAt: draft.at + rules.requestTtlSeconds * 1000 };
    const task = {
      id,
      ...asked,
      mode: 'AGENT' as const,
      priority: urgency(direction),
      enqueuedAt: draft.at,
      routedSince: draft.at,
      ttl,
    };
    reserve(draft, task, colleague);
  } else {
    enqueue(draft, { ...asked, mode: 'QUEUE', priority: urgency(direction) });
  }
  if (leaving) handOver(draft, agentId, departureOf(direction));
}

/**
 * The requester takes their request back before anybody has accepted. Somebody who has left cannot:
 * the customer would have nobody.
 */
export function cancelAssistance(draft: Draft, { agentId }: { agentId: string }): void {
  mayAsk(draft.conversation, agentId);
  const task = pendingRequest(draft.conversation);
  if (task?.request?.by.id !== agentId) throw new Rejection('assistance.none', 'You have not asked for a colleague.');
  endRequest(draft, task, 'FORCE_CLOSED');
}

/**
 * Agents in front of the customer or beside them, and the one who is on the way. Silent monitors
 * and those in wrap-up do not count.
 */
export function agentsIn(conversation: Conversation): number {
  const here = Object.values(conversation.participants).filter(
    ({ role }) => role === 'PRIMARY' || role === 'ASSISTANT',
  );
  return here.length + (pendingRequest(conversation) ? 1 : 0);
}

/** Only who looks after the customer may ask. */
export function mayAsk(conversation: Conversation, agentId: string): void {
  const participant = conversation.participants[agentId];
  if (!participant) throw new Rejection('conversation.notParticipant', 'You are not in this conversation.');
  if (participant.role !== 'PRIMARY')
    throw new Rejection('role.forbidden', `${participant.role} may not ask for a colleague.`);
}

export function noneIsAsked(conversation: Conversation): void {
  if (pendingRequest(conversation))
    throw new Rejection('assistance.pending', 'A colleague has been asked for already.');
}

/**
 * Who asks, why, whether it rings at somebody who is named, and, where the customer changes hands,
 * for which time.
 */
function askedBy({ conversation }: Draft, { agentId, direction, target, note }: AssistanceRequest) {
  const by = { id: agentId, name: conversation.participants[agentId]?.username ?? agentId };
  const hops = LEAVING.includes(direction) ? { hops: conversation.path.length - 1 } : {};
  return { by, note, ...hops, ...(target.mode === 'agent' ? { offerToAgent: target.offerToAgent } : {}) };
}

function isConsulted(conversation: Conversation, targetId: string, direction: Direction): boolean {
  const follows = direction === 'CONSULT_TRANSFER' || direction === 'CONSULT_CONFERENCE';
  const target = conversation.participants[targetId];
  return follows && target?.role === 'ASSISTANT' && !target.supervisor;
}

/**
 * The consulted colleague steps in front of the customer, without ringing: they are here already.
 */
function promote(draft: Draft, request: AssistanceRequest & { targetId: string }): void {
  const { agentId, targetId, direction, target } = request;
  const task = taskOf(draft.conversation, targetId);
  if (task?.phase !== 'ACTIVE')
    throw new Error(`${targetId} assists in ${draft.conversation.id} without an active task`);
  if (!trusted(draft.agent(targetId)))
    throw new Rejection('agent.notRoutable', `The token of ${targetId} has expired: they get no new customers.`);
  const leaving = LEAVING.includes(direction);
  if (leaving) draft.change({ path: nextStop(draft.conversation, stopOf(target)) });
  if (leaving && draft.conversation.hold) resume(draft, agentId);
  leaveNote(draft, agentId, request.note);
  const own = { ...task, direction, request: askedBy(draft, request), tookOverAt: draft.at };
  draft.setTask(own);
  moveIn(draft, own);
  draft.logTask(own, { taskStateChanged: false, mediaStateChanged: false });
  changeRole(draft, targetId, 'PRIMARY');
  if (!leaving) return;
  const { id: conversationId } = draft.conversation;
  const wire = wireTask(conversationId, own);
  draft.emit(agentId, 'consulTransferRequestSuccess', { conversationId, task: wire, newTask: wire, agentId: targetId });
  handOver(draft, agentId, departureOf(direction));
}

function queueOf(conversation: Conversation, { queueName, candidates }: Extract<Target, { mode: 'queue' }>) {
  const { mrdId } = homeOf(conversation);
  const queue = candidates.find((candidate) => candidate.mrdId === mrdId);
  if (queue?.refused) throw queue.refused;
  if (!queue) throw new Rejection('queue.unknown', `There is no queue ${queueName} on the MRD of this conversation.`);
  if (queue.taken)
    throw new Rejection('queue.nobodyElse', `Nobody serves the queue ${queueName} who is not here already.`);
  return queue;
}

function homeOf(conversation: Conversation) {
  if (!conversation.home)
    throw new Rejection('queue.unknown', 'This conversation has no queue and so no MRD to look for a colleague on.');
  return conversation.home;
}

function colleagueOf(
  draft: Draft,
  { targetId, listed = false }: Extract<Target, { mode: 'agent' }>,
  agentId: string,
  mrdId: string,
) {
  if (targetId === agentId) throw new Rejection('agent.notRoutable', 'You cannot ask for yourself.');
  if (isHere(draft.conversation, targetId))
    throw new Rejection('agent.notRoutable', `${targetId} is in this conversation already.`);
  const colleague = draft.agents[targetId];
  if (!colleague) throw notSignedIn(targetId, listed);
  if (!routable(asIfBack(draft.conversation, colleague, draft.at), mrdId))
    throw new Rejection('agent.notRoutable', `${targetId} cannot take a task now.`);
  return colleague;
}

function stopOf(target: Target): string {
  return target.mode === 'agent' ? `agent ${target.targetId}` : `queue ${target.queueName}`;
}

/**
 * Where a transfer goes, appended to where the conversation has been. Back to where it began is
 * allowed once; a circle is refused, with the whole path.
 */
export function nextStop({ path, home }: Conversation, stop: string): string[] {
  const first = home?.list ? `list ${home.list.name}` : `queue ${home?.rules.queue?.name}`;
  const so = path.length > 0 || !home ? path : [first];
  const been = so.filter((before) => before === stop).length;
  if (been === 0 || (been === 1 && stop === so[0])) return [...so, stop];
  throw new Rejection('transfer.loop', `The customer would go in a circle: ${[...so, stop].join(' → ')}.`);
}

/** Advice is wanted while the customer waits. */
function urgency(direction: Direction): number {
  return direction === 'CONSULT' ? REROUTE_PRIORITY - 1 : 1;
}

function departureOf(direction: Direction): Departure {
  return direction === 'CONSULT_TRANSFER' ? 'CONSULT_TRANSFER' : 'DIRECT_TRANSFER';
}
