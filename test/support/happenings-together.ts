/**
 * What several agents may do in one conversation, in words, for random stories. Everything comes
 * through the desk of the one who does it.
 */
import type { Target } from '../../shared/domain/handling/assistance.ts';
import type { Role } from '../../shared/domain/conversation/conversation.ts';
import type { ConversationEvent } from '../../shared/domain/decide.ts';
import type { Floor } from './floor.ts';
import { conversation, one, type Happening } from './happenings.ts';
import { ASKABLE, asks, bargesIn, cancels, holds, resumes, toAgent, toQueue, watches, whispers } from './requests.ts';
import { incoming, message } from './world.ts';

/** Who is asked: a queue, somebody who is in the conversation already, or anybody. */
function target(floor: Floor, conversationId: string, n: number): Target {
  const [which, left] = [n % 5, Math.floor(n / 5)];
  const queue = one(Object.keys(floor.queues), left) ?? 'nowhere';
  const wanted = floor.queues[queue];
  if (which < 2 && wanted) return toQueue(queue, wanted.rules, wanted.mrdId);
  const inside = Object.keys(floor.conversations[conversationId]?.conversation.participants ?? {});
  return toAgent(one(which === 2 ? inside : Object.keys(floor.agents), left) ?? 'nobody', n % 2 === 0);
}

/** Through the desk at which they are; nothing where they are at none. */
function says(floor: Floor, who: string, id: string, event: ConversationEvent): void {
  const session = floor.agents[who]?.session;
  if (!session || session.lost) return;
  floor.toConversation(id, 'connectionId' in event ? { ...event, connectionId: session.connectionId } : event);
}

/**
 * Mostly somebody does it who may, in a conversation in which they are; now and then anybody
 * anywhere.
 */
function inRole(
  roles: readonly Role[],
  make: (who: string, n: number, at: number, floor: Floor, id: string) => ConversationEvent,
): Happening {
  return (floor, who, n) => {
    const may = Object.values(floor.conversations).flatMap(({ conversation: { id, participants } }) =>
      Object.entries(participants).flatMap(([agentId, { role }]) => (roles.includes(role) ? [{ agentId, id }] : [])),
    );
    const anybody = { agentId: who, id: conversation(floor, n)?.id ?? '' };
    const { agentId, id } = (n % 16 === 0 ? undefined : one(may, n)) ?? anybody;
    if (floor.conversations[id]) says(floor, agentId, id, make(agentId, Math.floor(n / 17), floor.at, floor, id));
  };
}

/** The team of all agents, mostly. */
const teams = (n: number) => [n % 9 === 0 ? 'red' : 'blue'];

export const together: Record<string, Happening> = {
  'asks for a colleague': inRole(['PRIMARY'], (who, n, at, floor, id) => {
    const direction = one(ASKABLE, n) ?? 'CONSULT';
    return asks(who, direction, target(floor, id, Math.floor(n / 5)), n % 2 === 0 ? 'please' : null, at);
  }),
  'takes the request back': inRole(['PRIMARY'], (who, _, at) => cancels(who, at)),
  watches: (floor, who, n) => {
    const { id } = conversation(floor, n) ?? {};
    if (id !== undefined) says(floor, who, id, watches(who, teams(n), floor.at));
  },
  whispers: inRole(['SILENT_MONITOR'], (who, n, at) => whispers(who, teams(n), at)),
  'barges in': inRole(['SILENT_MONITOR', 'ASSISTANT'], (who, n, at) => bargesIn(who, teams(n), at)),
  holds: inRole(['PRIMARY'], (who, n, at) => holds(who, one([1, 30, 600, at / 1000 + 45], n), at)),
  resumes: inRole(['PRIMARY'], (who, _, at) => resumes(who, at)),
  'asks for time': inRole(['PRIMARY'], (agentId, _, at) => {
    return { type: 'publish', at, agentId, event: incoming('RESET_AGENT_SLA') };
  }),
  'answers the customer': inRole(['PRIMARY'], (agentId, _, at) => {
    return { type: 'publish', at, agentId, event: message('AGENT_MESSAGE') };
  }),
  'says something to colleagues': inRole(['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR'], (agentId, _, at) => {
    return { type: 'publish', at, agentId, event: message('WHISPER_MESSAGE') };
  }),
  'raises a hand': inRole(['PRIMARY'], (agentId, n, at) => {
    const name = n % 3 === 0 ? 'HAND_DOWN' : 'HAND_RAISED';
    return { type: 'publish', at, agentId, event: incoming(name, { agentId, userName: agentId }) };
  }),
  'leaves in the middle of it': inRole(['PRIMARY', 'ASSISTANT', 'SILENT_MONITOR'], (agentId, _, at) => {
    return { type: 'leave', at, agentId };
  }),
};
