/**
 * Supervisors in a conversation: they watch unseen, whisper to the agents, or step in front of the
 * customer. Only over agents of teams that they supervise, and every coming and going is in the log
 * as who watched whom.
 */
import { mustBeTrusted } from '../agent/routable.ts';
import { laden } from '../agent/slots.ts';
import { agentsIn, MOST_AGENTS } from './assistance.ts';
import { endWrapUp } from './leaving.ts';
import { agentsOf, changeRole, enter, hasPrimary, logJoined, watched } from '../conversation/participants.ts';
import type { Draft } from '../conversation/draft.ts';
import type { Assignee } from '../conversation/task.ts';
import { Rejection } from '../rejection.ts';

/**
 * How many may follow one conversation: its end is one transaction, with a part for everybody who
 * is in it.
 */
const MOST_SUPERVISORS = 10;

export interface Supervisor {
  readonly agentId: string;
  readonly connectionId: string;
  /** The teams that the token says they supervise; empty for somebody who is no supervisor. */
  readonly supervisedTeams: readonly string[];
}

/**
 * Joins unseen. Who came to supervise before is shown the conversation again, in the role that they
 * have by now.
 */
export function joinSilently(draft: Draft, { agentId, connectionId, supervisedTeams }: Supervisor): void {
  const { at, conversation } = draft;
  const supervisor = draft.agent(agentId);
  if (supervisor.state.name === 'LOGOUT') throw new Rejection('state.invalid', 'You are logged out.');
  const participant = conversation.participants[agentId];
  if (participant?.supervisor) return showAgain(draft, agentId);
  if (participant) throw new Rejection('state.invalid', 'You are in this conversation already.');
  if (Object.values(supervisor.slots).some((slot) => slot.conversationId === conversation.id))
    throw new Rejection('state.invalid', 'This conversation is offered to you.');
  mustBeTrusted(supervisor);
  if (laden(supervisor)) throw new Rejection('state.invalid', 'You are in as many conversations as one can.');
  if (!hasPrimary(conversation))
    throw new Rejection('state.invalid', 'There is no agent in this conversation to watch.');
  mustSupervise(draft, supervisedTeams);
  if (Object.values(conversation.participants).filter((who) => who.supervisor).length >= MOST_SUPERVISORS)
    throw new Rejection('conversation.full', `${MOST_SUPERVISORS} supervisors follow this conversation.`);
  const taskId = `${conversation.id}-${conversation.lastSeq + 1}`;
  enter(draft, agentId, { role: 'SILENT_MONITOR', taskId, connectionId, supervisor: true });
  draft.tell(agentId, { type: 'supervisionStarted', at, taskId, conversationId: conversation.id });
  logJoined(draft, agentId, 'SILENT_MONITOR', { watching: watched(draft.conversation) });
  showAgain(draft, agentId);
}

/** From watching to whispering. On the wire a whispering supervisor is an ASSISTANT. */
export function whisper(draft: Draft, { agentId, supervisedTeams }: Supervisor): void {
  const { role } = supervising(draft, agentId);
  if (role === 'ASSISTANT') return showAgain(draft, agentId);
  if (role !== 'SILENT_MONITOR') throw new Rejection('state.invalid', 'You have joined in front of the customer.');
  mustSupervise(draft, supervisedTeams);
  room(draft);
  changeRole(draft, agentId, 'ASSISTANT');
  lowerHands(draft);
}

/** From watching or whispering to the customer. */
export function bargeIn(draft: Draft, { agentId, supervisedTeams }: Supervisor): void {
  const { role } = supervising(draft, agentId);
  if (role === 'PRIMARY') return showAgain(draft, agentId);
  mustBeTrusted(draft.agent(agentId));
  mustSupervise(draft, supervisedTeams);
  if (role === 'SILENT_MONITOR') room(draft);
  changeRole(draft, agentId, 'PRIMARY');
  lowerHands(draft);
}

/** Whose wrap-up is ended, and by whom. */
export interface ForcedEnd {
  readonly of: string;
  readonly by: Assignee;
  readonly supervisedTeams: readonly string[];
}

/** A supervisor ends the wrap-up of an agent of theirs. Too late or twice changes nothing. */
export function endOthersWrapUp(draft: Draft, { of, by, supervisedTeams }: ForcedEnd): void {
  const participant = draft.conversation.participants[of];
  if (!participant) return;
  if (!supervisedTeams.includes(participant.teamId))
    throw new Rejection('role.forbidden', 'You do not supervise the team of this agent.');
  if (participant.role !== 'WRAP_UP') throw new Rejection('state.invalid', 'This agent does not wrap up.');
  endWrapUp(draft, of, { endedBy: by });
}

function showAgain({ effects, conversation }: Draft, agentId: string): void {
  effects.push({ type: 'snapshot', agentId, conversationId: conversation.id });
}

/** A consulted colleague has the role of an assistant, too, but did not come to supervise. */
function supervising(draft: Draft, agentId: string) {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Rejection('conversation.notParticipant', 'Join the conversation silently first.');
  if (!participant.supervisor) throw new Rejection('role.forbidden', 'Only a supervisor may do this.');
  return participant;
}

function mustSupervise({ conversation }: Draft, teams: readonly string[]): void {
  if (agentsOf(conversation).some(([, { teamId }]) => teams.includes(teamId))) return;
  throw new Rejection('role.forbidden', 'You do not supervise a team of the agents in this conversation.');
}

function room(draft: Draft): void {
  if (agentsIn(draft.conversation) < MOST_AGENTS) return;
  throw new Rejection('conversation.full', `There are ${MOST_AGENTS} agents in this conversation.`);
}

/** Somebody has come to help. */
function lowerHands(draft: Draft): void {
  const { handsRaised, participants } = draft.conversation;
  draft.change({ handsRaised: [] });
  for (const [agentId, { username }] of Object.entries(participants)) {
    if (handsRaised.includes(username)) draft.log({ name: 'HAND_DOWN', data: { agentId, userName: username } });
  }
}
