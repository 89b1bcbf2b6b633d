/**
 * What an event that is no message says to somebody who reads the conversation; nothing where it is
 * of no interest to them.
 */
import type { ConversationEvent } from '../../shared/client/client.ts';
import { textAt } from '../loose.ts';
import { channelInWords, requestInWords } from '../words.ts';

/* oxlint-disable typescript/no-explicit-any -- an event's data depends on its name (desk-event.ts) */

export function noteOf(event: ConversationEvent): string | undefined {
  return notes[event.name]?.(event.data as any);
}

const notes: Record<string, (data: any) => string | undefined> = {
  CHANNEL_SESSION_STARTED: (session) => `${customerOf(session)} came by ${channelOf(session)}.`,
  CHANNEL_SESSION_ENDED: (session) => `${customerOf(session)} has left ${channelOf(session)}.`,
  AGENT_SUBSCRIBED: ({ agentParticipant, watching }) => (watching ? undefined : `${agentOf(agentParticipant)} joined.`),
  AGENT_UNSUBSCRIBED: ({ agentParticipant, watching, reason }) => {
    if (watching) return undefined;
    return `${agentOf(agentParticipant)} ${LEFT[String(reason)] ?? 'has left'}.`;
  },
  PARTICIPANT_ROLE_CHANGED: ({ conversationParticipant }) => {
    const become = BECAME[String(conversationParticipant.role)];
    return become && `${agentOf(conversationParticipant)} ${become}.`;
  },
  TASK_ENQUEUED: ({ task, queue }) => {
    const { direction, metadata } = task.activeMedia[0].type;
    const asked = requestInWords[direction];
    if (asked) return `${metadata?.requestedBy ?? 'Somebody'} asks ${queue?.name ?? 'a queue'} for ${asked}.`;
    return `Waits in ${queue?.name ?? 'a queue'}.`;
  },
  NO_AGENT_AVAILABLE: ({ requestType }) =>
    requestInWords[requestType?.direction] ? 'Nobody could be found.' : 'No agent could be found.',
  CONVERSATION_PAUSED: ({ participant, holdTimerDetails }) => {
    if (!participant) return 'The customer is silent, so the conversation is parked.';
    const who = agentOf(participant);
    return holdTimerDetails?.release ? `${who} parked the conversation.` : `${who} put the customer on hold.`;
  },
  CUSTOMER_ACTIVITY_TIMEOUT: () => 'The customer has not answered for a while.',
  CONVERSATION_RESUMED: () => 'The hold is over.',
  CONVERSATION_DATA_CHANGED: (data) => `Noted: ${Object.entries(data).map(([key, value]) => `${key} ${String(value)}`).join(', ')}.`, // prettier-ignore
  ASSOCIATED_CUSTOMER_CHANGED: ({ firstName }) => `The customer is ${firstName || 'somebody else'}.`,
  HAND_RAISED: ({ userName }) => `${userName} raises a hand.`,
  HAND_DOWN: () => 'The hand is down.',
  BOT_SUBSCRIBED: () => 'A bot listens.',
  BOT_SUGGESTION: ({ suggestions }) =>
    `The bot suggests: ${suggestions.map(suggested).filter(Boolean).join(' · ') || 'nothing'}`,
  AGENT_SLA_EXPIRED: () => 'The customer waited too long for an answer.',
  SUPERVISOR_ACTION: ({ by, command, after }) => {
    const ordered = ORDERED[String(command)]?.(after);
    return ordered && `${by.name} ${ordered} as a supervisor.`;
  },
};

/** What a supervisor did; `after` is how the conversation stands since. */
const ORDERED: Record<string, (after: unknown) => string> = {
  TAKE_OVER: () => 'took the conversation over',
  ASSIGN: () => 'gave the customer to somebody else',
  QUEUE: (after) => `sent the customer to ${textAt(after, 'list') ?? textAt(after, 'queue') ?? 'a queue'}`,
  CLOSE: () => 'closed the conversation',
};

const LEFT: Record<string, string> = {
  DIRECT_TRANSFER: 'has handed over and left',
  CONSULT_TRANSFER: 'has handed over and left',
  AGENT_LOGOUT: 'was signed out',
  MRD_INTERRUPTED: 'was called away',
  REROUTED: 'was called away',
  SLA_EXPIRED: 'did not answer in time',
};

const BECAME: Record<string, string> = {
  PRIMARY: 'talks with the customer now',
  ASSISTANT: 'advises from now on',
  WRAP_UP: 'has left the customer and wraps up',
};

function suggested(suggestion: unknown): string | undefined {
  return (
    textAt(suggestion, 'body', 'markdownText') ??
    textAt(suggestion, 'text') ??
    textAt(suggestion, 'title') ??
    textAt(suggestion, 'suggestion')
  );
}

function agentOf(participant: any): string {
  const { firstName, lastName, username } = participant.participant.keycloakUser;
  return [firstName, lastName].filter(Boolean).join(' ') || username;
}

function customerOf({ customer }: any): string {
  return customer?.firstName || 'The customer';
}

function channelOf({ channel }: any): string {
  const name = channel?.channelType?.name;
  return name ? channelInWords(name) : 'a channel';
}
