/**
 * What a supervisor orders of a conversation: they take it over, give it to somebody, send it to a
 * queue, or close it. The log says who ordered what, and how it stood before and after.
 */
import { mustBeTrusted, notSignedIn, routable } from '../agent/routable.ts';
import { laden } from '../agent/slots.ts';
import type { Conversation } from '../conversation/conversation.ts';
import type { Draft } from '../conversation/draft.ts';
import { agentsOf, customerPresent, hasPrimary, isHere } from '../conversation/participants.ts';
import { REROUTE_PRIORITY, type Assignee } from '../conversation/task.ts';
import { depart, handOver } from '../handling/leaving.ts';
import { resume } from '../handling/hold.ts';
import { endSessions } from '../handling/message.ts';
import { moveToQueue, type Move } from '../handling/moving.ts';
import { asIfBack, reserve } from '../handling/offering.ts';
import { takeOver } from '../handling/pull-list.ts';
import { callOffCompany, pendingRequest, stopLooking, timeToLive } from '../handling/queueing.ts';
import { Rejection } from '../rejection.ts';

export type Command =
  | { readonly name: 'TAKE_OVER' }
  | { readonly name: 'ASSIGN'; readonly toAgentId: string; readonly listed?: boolean }
  /** null: the queue that it came from last, so urgently and for so long. */
  | ({ readonly name: 'QUEUE'; readonly move: Move | null } & Pick<Move, 'priority' | 'ttlSeconds'>)
  | { readonly name: 'CLOSE' };

export interface Order {
  readonly by: Assignee;
  readonly connectionId: string;
  readonly supervisedTeams: readonly string[];
  readonly command: Command;
}

/** What is so already changes nothing, and is not ordered again. */
export function carryOut(draft: Draft, order: Order): void {
  mustBeTheirs(draft, order);
  audited(draft, order.by, order.command.name, () => act(draft, order));
}

/** What is done goes into the log, where a supervisor has ordered it. */
export function audited(draft: Draft, by: Assignee | undefined, command: Command['name'], done: () => void): void {
  const { conversation } = draft;
  done();
  if (!by || draft.conversation === conversation) return;
  const [before, after] = [standing(conversation), standing(draft.conversation)];
  draft.log({ name: 'SUPERVISOR_ACTION', data: { by, command, before, after } });
}

function act(draft: Draft, { by, connectionId, supervisedTeams, command }: Order): void {
  if (command.name === 'CLOSE') return endSessions(draft, 'FORCE_CLOSED');
  if (!customerPresent(draft.conversation)) throw new Rejection('conversation.closed', 'The customer has left.');
  if (command.name === 'TAKE_OVER') return takeItOver(draft, by.id, connectionId);
  if (command.name === 'ASSIGN') return assign(draft, by, command, supervisedTeams);
  return sendBack(draft, command);
}

/** Over agents of their teams, and themselves; who waits for an agent is for any supervisor. */
function mustBeTheirs({ conversation }: Draft, { by, supervisedTeams: teams }: Order): void {
  const agents = agentsOf(conversation);
  if (agents.length === 0 || agents.some(([id, { teamId }]) => id === by.id || teams.includes(teamId))) return;
  throw new Rejection('role.forbidden', 'You do not supervise a team of the agents in this conversation.');
}

function takeItOver(draft: Draft, agentId: string, connectionId: string): void {
  const { conversation } = draft;
  const participant = conversation.participants[agentId];
  if (participant?.role === 'PRIMARY' && !participant.supervisor) return;
  const agent = draft.agent(agentId);
  if (agent.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  if (participant && participant.role !== 'WRAP_UP' && !participant.supervisor)
    throw new Rejection('state.invalid', 'You are in this conversation already.');
  if (laden(agent)) throw new Rejection('state.invalid', 'You are in as many conversations as one can.');
  mustBeTrusted(agent);
  stopLooking(draft);
  if (participant?.supervisor) depart(draft, agentId, { closed: 'DONE', departure: 'UNSUBSCRIBED' }); // they come back at once
  const others = agentsOf(conversation);
  takeOver(draft, agentId, connectionId);
  for (const [id] of others) handOver(draft, id, 'DIRECT_TRANSFER');
  if (draft.conversation.hold) resume(draft, agentId);
}

function assign(
  draft: Draft,
  by: Assignee,
  { toAgentId, listed = false }: Extract<Command, { name: 'ASSIGN' }>,
  teams: readonly string[],
): void {
  const { conversation, at } = draft;
  const { home } = conversation;
  const pending = pendingRequest(conversation);
  if (pending?.phase === 'RESERVED' && pending.mode === 'AGENT' && pending.assignedTo.id === toAgentId) return;
  const agent = draft.agents[toAgentId];
  if (toAgentId === by.id)
    throw new Rejection('agent.notRoutable', 'You cannot assign it to yourself: take it over instead.');
  if (!agent) throw notSignedIn(toAgentId, listed);
  if (!teams.includes(agent.user.team.teamId))
    throw new Rejection('role.forbidden', `You do not supervise the team of ${toAgentId}.`);
  if (!home) throw new Rejection('queue.unknown', 'This conversation has no queue and so no MRD to assign it on.');
  if (isHere(conversation, toAgentId))
    throw new Rejection('agent.notRoutable', `${toAgentId} is in this conversation already.`);
  stopLooking(draft);
  const { rules, mrdId } = home;
  if (!routable(asIfBack(draft.conversation, draft.agent(toAgentId), at), mrdId))
    throw new Rejection('agent.notRoutable', `${toAgentId} cannot take a task now.`);
  draft.change({ path: [...draft.conversation.path, `agent ${toAgentId}`] });
  const id = `${conversation.id}-${draft.conversation.lastSeq + 1}`;
  const since = { enqueuedAt: at, routedSince: pending?.routedSince ?? at, ttl: timeToLive(id, at, rules) };
  const request = { by, note: null, offerToAgent: true };
  const kind = { direction: 'DIRECT_TRANSFER', mode: 'AGENT', priority: REROUTE_PRIORITY } as const;
  const others = agentsOf(conversation);
  reserve(draft, { id, rules, mrdId, request, ...kind, ...since }, draft.agent(toAgentId));
  for (const [other] of others) handOver(draft, other, 'DIRECT_TRANSFER');
}

/** Its agents are out, and a queue looks for another one. */
function sendBack(draft: Draft, { move, priority = REROUTE_PRIORITY, ttlSeconds }: Command & { name: 'QUEUE' }): void {
  const { home } = draft.conversation;
  const had = hasPrimary(draft.conversation);
  if (!move && !had) throw new Rejection('state.invalid', 'It waits already: say for which queue it is to wait.');
  if (!move && !home) throw new Rejection('queue.unknown', 'This conversation has no queue to go back to.');
  for (const [id, { role }] of Object.entries(draft.conversation.participants))
    if (role === 'PRIMARY') depart(draft, id, { closed: 'REROUTE', departure: 'REROUTED', goodbye: 'REROUTED' });
  if (had) callOffCompany(draft);
  if (move) return moveToQueue(draft, had ? { ...move, priority: move.priority ?? REROUTE_PRIORITY } : move);
  if (home && !home.list) moveToQueue(draft, { ...home, priority, ttlSeconds });
}

/** How a conversation stands, as the log tells it. */
function standing(conversation: Conversation) {
  const { participants, home } = conversation;
  const pending = pendingRequest(conversation);
  return {
    agents: Object.entries(participants).map(([id, { username, role }]) => ({ id, username, role })),
    queue: (pending ?? home)?.rules.queue?.id ?? null,
    list: home?.list?.id ?? null,
    priority: pending?.priority ?? null,
    asked: pending?.phase === 'RESERVED' ? pending.assignedTo.id : null,
    open: customerPresent(conversation),
  };
}
