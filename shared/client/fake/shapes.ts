/**
 * Frames of a fake manager in the shapes of the real one; the tests hold them against `docs/api`.
 */
import { MOMENTARY } from '../../protocol/shapes/momentary.ts';
import type { CimEvent, ManagerPayload, Participant } from '../client.ts';

type TaskRequest = ManagerPayload<'taskRequest'>;
export type ChannelSession = TaskRequest['channelSession'];
export type Presence = ManagerPayload<'agentPresence_'>['agentPresence'];

/** Somebody who works here. */
export interface Colleague {
  readonly id: string;
  readonly firstName: string;
  readonly lastName: string;
}

/** A conversation as the fake manager knows it. */
export interface Talk {
  readonly id: string;
  readonly session: ChannelSession;
  readonly direction: TaskRequest['taskDirection'];
  readonly queue: TaskRequest['queue'];
  readonly note: string | null;
  readonly requestedBy: string | null;
  readonly autoAccept: boolean;
  readonly acceptSeconds: number;
  readonly wrapUpSeconds: number;
  readonly listId: string | undefined;
  readonly since: number;
  readonly events: CimEvent[];
  /** `WAITS`: on a list. `GONE`: not the agent's any more, or never was. */
  phase: 'WAITS' | 'RINGS' | 'OPEN' | 'WRAP_UP' | 'GONE';
  /** What the agent is told at the end of the wrap-up. */
  reason: string;
  /** Has the agent said what it came to? */
  noted: boolean;
  wrapUpEndsAt: number;
  ringsUntil: number;
  participants: readonly Participant[];
}

export function roomOf({ id }: Talk) {
  return { id, mode: 'CONTACT_CENTER' as const };
}

export function taskIdOf({ id }: Talk): string {
  return `task-${id}:1`;
}

export function channelSession(conversationId: string, customer: { id: string; firstName: string }, channel: string) {
  return {
    participantType: 'ChannelSession' as const,
    id: `session-${conversationId}`,
    channel: { channelType: { name: channel, channelLogo: `_${channel}.svg` } },
    customer: { _id: customer.id, firstName: customer.firstName, isAnonymous: false, phoneNumber: [] },
    customerSuggestions: [],
    channelData: {
      channelCustomerIdentifier: customer.id,
      serviceIdentifier: 'desk',
      requestPriority: 0,
      additionalAttributes: [],
    },
    conversationId,
    state: { name: 'STARTED', reasonCode: 'CUSTOMER' },
  };
}

const MRD = { id: 'CHAT', type: 'CHAT', name: 'CHAT', description: '', maxRequests: 5, interruptible: false };

/** Of an agent who has just signed in. */
export function presenceOf({ id, firstName, lastName }: Colleague, roles: readonly string[], now: number): Presence {
  const team = { teamId: 'team', teamName: 'Team' };
  return {
    agent: {
      participantType: 'CCUser',
      id,
      keycloakUser: {
        id,
        username: id,
        firstName,
        lastName,
        roles: [...roles],
        realm: 'fake',
        attributes: {},
        permittedResources: { Resources: [] },
        userTeam: team,
        supervisedTeams: roles.includes('supervisor') ? [team] : [],
      },
      associatedRoutingAttributes: [],
      associatedMrds: [{ mrdId: MRD.id, maxAgentTasks: MRD.maxRequests }],
    },
    state: { name: 'NOT_READY', reasonCode: null },
    stateChangeTime: now,
    agentLoginTime: now,
    agentMrdStates: [
      {
        mrd: MRD,
        state: 'NOT_READY',
        previousState: null,
        stateChangeTime: now,
        lastReadyStateChangeTime: now,
        maxAgentTasks: MRD.maxRequests,
      },
    ],
  };
}

export const CHANNEL_TYPES = [
  { id: 'WEB', name: 'WEB', channelLogo: '_WEB.svg', isInteractive: true, mediaRoutingDomain: MRD.id },
];

/** An agent in a conversation. */
export function participantOf(
  talk: Talk,
  agent: Colleague,
  role: 'PRIMARY' | 'ASSISTANT' | 'WRAP_UP' | 'SILENT_MONITOR',
) {
  const { id, firstName, lastName } = agent;
  return {
    id: `${talk.id}-${id}`,
    type: 'AGENT' as const,
    role,
    participant: {
      id,
      participantType: 'CCUser' as const,
      keycloakUser: { id, username: id, firstName, lastName, roles: ['agent'] },
    },
    joiningTime: talk.since,
    conversationId: talk.id,
    isActive: true,
    state: 'SUBSCRIBED' as const,
  };
}

export function customerOf({ id, session, since }: Talk): Participant {
  return {
    id: session.id,
    type: 'CUSTOMER',
    role: 'CUSTOMER',
    participant: session,
    joiningTime: since,
    conversationId: id,
    state: 'SUBSCRIBED',
  };
}

export function taskRequest(talk: Talk, now: number): TaskRequest {
  return {
    conversationId: talk.id,
    channelSession: talk.session,
    roomInfo: roomOf(talk),
    taskId: taskIdOf(talk),
    attempt: 1,
    taskState: { name: talk.autoAccept ? 'STARTED' : 'RESERVED' },
    taskDirection: talk.direction,
    queue: talk.queue,
    note: talk.note,
    requestedBy: talk.requestedBy,
    expiresAt: talk.ringsUntil,
    now,
  };
}

/** `own`: the agent whose desk it is. */
export function snapshotOf(
  talk: Talk,
  own: Participant & { type: 'AGENT' },
  now: number,
): ManagerPayload<'onTopicData'> {
  const { id, session, participants, events } = talk;
  return {
    conversationId: id,
    taskId: taskIdOf(talk),
    roomInfo: roomOf(talk),
    firstSeq: 1,
    lastSeq: events.length,
    truncated: false,
    now,
    topicData: {
      id,
      customer: session.customer,
      channelSession: session,
      conversationData: {},
      state: talk.phase === 'WRAP_UP' ? 'WRAP_UP' : 'ACTIVE',
      topicParticipant: own,
      participants: [...participants],
      topicEvents: events.filter(({ name }) => !MOMENTARY.has(name)),
    },
  };
}

/** What is on a list of it. */
export function pullRequest(talk: Talk, listId: string): ManagerPayload<'pullModeSubscribedListRequests'>[number] {
  const status = talk.phase === 'WAITS' ? 'CREATED' : talk.phase === 'GONE' ? 'CLOSING' : 'ACTIVE';
  return { id: talk.id, channelSession: talk.session, status, listId, time: talk.since };
}
