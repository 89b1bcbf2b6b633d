/**
 * Who is in a conversation: entering, another role, and who is there. The log says each of them
 * aloud.
 */
import { notLive, type Conversation, type Participant, type Role } from './conversation.ts';
import { conversationParticipant, type Draft } from './draft.ts';
import type { Task } from './task.ts';

/** The agent is in the conversation from now on, and live in it once their desk holds it. */
export function enter(
  draft: Draft,
  agentId: string,
  how: Pick<Participant, 'role' | 'taskId' | 'connectionId'> & { supervisor?: true },
): void {
  const { username, firstName, lastName, team } = draft.agent(agentId).user;
  const who = { username, firstName, lastName, teamId: team.teamId, joinedAt: draft.at };
  draft.setParticipant(agentId, { supervisor: false, ...how, ...who, ...notLive(draft.at) });
}

export function logJoined(draft: Draft, agentId: string, reason: string, more: Record<string, unknown> = {}): void {
  draft.log({ name: 'AGENT_SUBSCRIBED', data: { agentParticipant: participantOf(draft, agentId), reason, ...more } });
}

/** A participant has another role from now on; the whole participant goes out, as desks need it. */
export function changeRole(draft: Draft, agentId: string, role: Role): void {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Error(`${agentId} is not in conversation ${draft.conversation.id}`);
  draft.setParticipant(agentId, { ...participant, role });
  draft.log({
    name: 'PARTICIPANT_ROLE_CHANGED',
    data: { conversationParticipant: participantOf(draft, agentId), metadata: {} },
  });
}

export function participantOf(draft: Draft, agentId: string) {
  const participant = draft.conversation.participants[agentId];
  if (!participant) throw new Error(`${agentId} is not in conversation ${draft.conversation.id}`);
  return conversationParticipant(draft.conversation.id, agentId, participant);
}

export function customerPresent(conversation: Conversation): boolean {
  return Object.keys(conversation.sessions).length > 0;
}

/** Takes the agent part in it still? Who is in wrap-up of it may come back. */
export function isHere({ participants }: Conversation, agentId: string): boolean {
  const role = participants[agentId]?.role;
  return role !== undefined && role !== 'WRAP_UP';
}

export function hasPrimary(conversation: Conversation): boolean {
  return Object.values(conversation.participants).some((participant) => participant.role === 'PRIMARY');
}

/** Who has the customer, by their id. Whoever came to supervise is none of them. */
export function agentsOf({ participants }: Conversation): [string, Participant][] {
  return Object.entries(participants).filter(([, { role, supervisor }]) => role === 'PRIMARY' && !supervisor);
}

/** Whom somebody who supervises the conversation watches. */
export function watched(conversation: Conversation): { id: string; username: string }[] {
  return agentsOf(conversation).map(([id, { username }]) => ({ id, username }));
}

/** The task by which an agent is in the conversation. Supervisors have none. */
export function taskOf({ participants, tasks }: Conversation, agentId: string): Task | undefined {
  return tasks[participants[agentId]?.taskId ?? ''];
}
