/**
 * What the platform sees of a conversation and of an agent. Plain data, without what only the
 * machinery needs.
 */
import type { Agent } from '../agent/agent.ts';
import { capacityOf } from '../agent/capacity.ts';
import { reachable } from '../agent/routable.ts';
import { openSessions, type Conversation, type Meta } from '../conversation/conversation.ts';
import { conversationParticipant } from '../conversation/draft.ts';
import { agentPresence } from './presence.ts';
import { listed } from '../handling/pull-list.ts';
import { wireTask } from '../conversation/task.ts';

export function conversationView(conversation: Conversation, meta: Meta | null) {
  const { id, state, createdAt, lastSeq, participants, tasks, roomInfo, home, hold, entrusted } = conversation;
  const list = listed(conversation) ? home?.list : undefined;
  return {
    conversationId: id,
    state,
    roomInfo,
    createdAt,
    lastSeq,
    customer: meta?.customer ?? null,
    conversationData: meta?.conversationData ?? {},
    channelSessions: openSessions(conversation).flatMap((sessionId) => meta?.sessions[sessionId] ?? []),
    participants: Object.entries(participants).map(([agentId, participant]) =>
      conversationParticipant(id, agentId, participant),
    ),
    tasks: Object.values(tasks).map((task) => wireTask(id, task)),
    hold: hold && { since: hold.since, until: hold.until, parked: hold.parked !== undefined },
    list: list ? { id: list.id, name: list.name } : null,
    entrusted: entrusted ? { owner: entrusted.owner, since: entrusted.since, until: entrusted.until } : null,
  };
}

/**
 * `connected` says whether the desk can be reached now; `tasks` are the slots that the agent's
 * tasks take.
 */
export function agentView(agent: Agent) {
  const tasks = Object.entries(agent.slots).map(([taskId, { conversationId, mrdId, phase, parked }]) => ({
    taskId,
    conversationId,
    mrdId,
    phase,
    ...(parked ? { parked } : {}),
  }));
  const capacity = capacityOf(agent);
  const { missed } = agent;
  return { ...agentPresence(agent), connected: reachable(agent), tasks, missed, ...(capacity ? { capacity } : {}) };
}
