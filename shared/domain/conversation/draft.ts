/**
 * A decision in the making: rules change it step by step, log events in order, and `decided` closes
 * it. Lives for one transition only.
 */
import { numbered } from '../shown/log.ts';
import { transition as agentTransition } from '../agent/transition.ts';
import type { Agent, AgentEvent } from '../agent/agent.ts';
import { emit, type Effect } from '../effect.ts';
import type { ManagerEventName, ManagerPayload } from '../../protocol/manager-events.ts';
import type { Conversation, Decision, LoggedEvent, Meta, Participant, StoredEvent, World } from './conversation.ts';
import { taskType, wireTask, type Ended, type Task } from './task.ts';

export class Draft {
  readonly at: number;
  readonly before: World;
  conversation: Conversation;
  agents: Record<string, Agent>;
  meta: Meta | null;
  readonly events: LoggedEvent[] = [];
  readonly effects: Effect[] = [];

  constructor(world: World, at: number) {
    this.at = at;
    this.before = world;
    this.conversation = world.conversation;
    this.agents = { ...world.agents };
    this.meta = world.meta;
  }

  change(change: Partial<Conversation>): void {
    this.conversation = { ...this.conversation, ...change };
  }

  setTask(task: Task): void {
    this.change({ tasks: { ...this.conversation.tasks, [task.id]: task } });
  }

  removeTask(taskId: string): void {
    const { [taskId]: _, ...tasks } = this.conversation.tasks;
    this.change({ tasks });
  }

  setParticipant(agentId: string, participant: Participant): void {
    this.change({ participants: { ...this.conversation.participants, [agentId]: participant } });
  }

  removeParticipant(agentId: string): void {
    const { [agentId]: _, ...participants } = this.conversation.participants;
    this.change({ participants });
  }

  agent(agentId: string): Agent {
    const agent = this.agents[agentId];
    if (!agent) throw new Error(`decision on ${this.conversation.id} needs agent ${agentId}, who was not loaded`);
    return agent;
  }

  tell(agentId: string, event: AgentEvent): void {
    this.agents[agentId] = agentTransition(this.agent(agentId), event);
  }

  emit<E extends ManagerEventName>(agentId: string, event: E, data: ManagerPayload<E>): void {
    this.effects.push(emit(agentId, event, data, this.conversation.id));
  }

  /**
   * Appends to the conversation's log. Everybody who is live in the conversation is sent it,
   * whoever leaves until their goodbye.
   */
  log(event: Partial<StoredEvent> & Pick<StoredEvent, 'name' | 'data'>): LoggedEvent {
    const seq = this.conversation.lastSeq + 1;
    const stamped: StoredEvent = {
      id: `${this.conversation.id}:${seq}`,
      type: 'NOTIFICATION',
      eventEmitter: SYSTEM,
      ...event,
      timestamp: this.at,
    };
    const logged = { seq, event: stamped };
    this.change({ lastSeq: seq });
    this.events.push(logged);
    this.effects.push({ type: 'logged', seq });
    return logged;
  }

  /**
   * TASK_STATE_CHANGED in both shapes that desks know: the nested `task`, and `type` and `state`
   * beside it. `said`: what else is known of it.
   */
  logTask(
    task: Task,
    what: Ended & {
      taskStateChanged: boolean;
      mediaStateChanged: boolean;
      said?: Record<string, unknown> | undefined;
    },
  ): void {
    const wire = wireTask(this.conversation.id, task, what);
    const mediaStateChanges = what.mediaStateChanged ? wire.activeMedia.map((medium) => medium.id) : [];
    const { taskStateChanged } = what;
    this.log({
      name: 'TASK_STATE_CHANGED',
      data: { task: wire, taskStateChanged, mediaStateChanges, type: taskType(task), state: wire.state, ...what.said },
    });
  }

  decided(): Decision {
    const { conversation, meta } = this;
    const { agents, effects } = numbered(this.agents, this.effects);
    return { world: { conversation, agents, meta }, events: this.events, effects };
  }
}

const SYSTEM = { id: 'agent-manager', type: 'SYSTEM', senderName: 'AGENT_MANAGER', additionalDetail: null };

/** An agent as a participant, as desks read it. Only what colleagues may see of each other. */
export function conversationParticipant(conversationId: string, agentId: string, participant: Participant) {
  const { role, joinedAt, username, firstName, lastName, taskId } = participant;
  return {
    id: `${taskId}-p`,
    type: 'AGENT' as const,
    role,
    participant: {
      id: agentId,
      participantType: 'CCUser' as const,
      keycloakUser: { id: agentId, username, firstName, lastName },
      associatedRoutingAttributes: [],
    },
    joiningTime: joinedAt,
    token: null,
    conversationId,
    isActive: true,
    userCredentials: null,
    state: 'SUBSCRIBED' as const,
    stateChangedOn: joinedAt,
  };
}
