/** What the desk says to people where the manager says a code. */
import { AgentManagerError, type ClientCode } from '../shared/client/client.ts';
import type { Code } from '../shared/protocol/codes.ts';

const errors: Record<Code | ClientCode, string> = {
  'frame.invalid': 'The manager did not understand the desk.',
  'frame.noAction': 'The manager did not understand the desk.',
  'frame.tooLarge': 'This is too long to be sent.',
  'frame.tooMany': 'This desk has asked for too much at once. Please try again in a moment.',
  'event.unknown': 'The manager does not know how to do this.',
  'event.invalid': 'The manager cannot take this as it is.',
  'agent.mismatch': 'This desk speaks for somebody else.',
  'agent.unknown': 'There is no such colleague.',
  'customer.inConversation': 'This customer is in a conversation that is still open.',
  'session.replaced': 'You have signed in at another desk, which has taken over.',
  'session.notConnected': 'The connection was lost. Please try again.',
  'role.forbidden': 'Your role does not allow this.',
  'state.conflict': 'Others changed the same thing at the same time. Please try again.',
  'state.invalid': 'This is not possible right now.',
  'mrd.unknown': 'There is no such kind of work.',
  'reason.unknown': 'There is no such reason.',
  'conversation.unknown': 'This conversation does not exist.',
  'conversation.closed': 'This conversation is over.',
  'conversation.notParticipant': 'You are no longer in this conversation.',
  'conversation.tooLarge': 'What describes this conversation is too large.',
  'channelSession.unknown': 'The customer is not on this channel.',
  'channelSession.closed': 'The customer has left and cannot be reached any more.',
  'task.unknown': 'This offer does not exist.',
  'task.notOffered': 'This customer is with somebody else already.',
  'task.gone': 'This offer is over: it went to somebody else.',
  'message.tooLarge': 'This message is too long.',
  'queue.closed': 'This queue is closed now.',
  'queue.full': 'Too many wait in this queue already.',
  'wrapUp.noteMissing': 'Say what the conversation was about first.',
  'wrapUp.tooLong': 'There is no more time for this wrap-up.',
  'message.invalid': 'This message does not fit here.',
  'message.forbidden': 'In your role you cannot send this.',
  'assistance.pending': 'A colleague has been asked for already. Take that back first.',
  'assistance.none': 'There is no open request: somebody has accepted, or it is over.',
  'agent.notRoutable': 'This colleague cannot take anybody right now.',
  'conversation.full': 'As many colleagues as possible are in this conversation.',
  'transfer.loop': 'The customer has been there before, so this would send them in a circle.',
  'queue.unknown': 'There is no such queue for this kind of work.',
  'queue.nobodyElse': 'Nobody else serves this queue.',
  'queue.mrdUnknown': 'The queue belongs to a kind of work that does not exist.',
  'list.unknown': 'There is no such list for this kind of work.',
  'pull.notSubscribed': 'You do not watch the list of this customer.',
  'pull.alreadyClaimed': 'A colleague was quicker.',
  'pull.closed': 'This customer is no longer on the list.',
  'pull.tooMany': 'You watch as many lists as one can.',
  'config.invalid': 'The configuration is not valid.',
  'config.unknownKind': 'There is no such configuration.',
  'config.notFound': 'There is no such configuration.',
  'config.inUse': 'Something else still needs this configuration.',
  'config.tooMany': 'There are as many of these as there can be.',
  'request.invalidJson': 'The manager did not understand the desk.',
  'request.invalid': 'The manager cannot take this as it is.',
  'request.tooLarge': 'This is too long to be sent.',
  'auth.missing': 'You are not signed in.',
  'auth.invalid': 'Your sign-in is not valid here.',
  'auth.expired': 'Your sign-in has expired. Please sign in again.',
  'auth.notYetValid': 'Your sign-in is not valid yet: is this computer right about the time?',
  'auth.notAccessToken': 'Your sign-in is of the wrong kind for the manager. Please ask your administrator.',
  'auth.revoked': 'You were put out. Please sign in again.',
  'auth.wrongIssuer': 'You are signed in by a service that the manager does not know.',
  'auth.wrongAudience': 'Your sign-in is meant for another application.',
  'auth.noRole': 'Your account has no role at this desk.',
  'auth.tooLarge': 'Your account has more teams than a session can carry. Please ask your administrator.',
  'auth.unknownSubprotocol': 'This desk is too old or too new for the manager.',
  internal: 'The manager failed. Please try again.',
  'client.timeout': 'There was no answer in time. It is not known whether it was done.',
  'client.closed': 'The desk was closed before this was done.',
  'client.connectionLost': 'Each time this was sent, the connection was lost. It is not sent again.',
  'client.unreachable': 'The manager cannot be reached.',
};

/** These carry in their text what the words cannot know: a path, the name of a field. */
const DETAILED = new Set<string>([
  'transfer.loop',
  'event.invalid',
  'request.invalid',
  'state.invalid',
  'message.invalid',
]);

/** A refusal of the HTTP API. */
export class ApiError extends Error {
  readonly code: Code | ClientCode;

  constructor(code: Code | ClientCode, detail: string) {
    super(detail);
    this.code = code;
  }
}

export function inWords(error: unknown): string {
  if (error instanceof AgentManagerError || error instanceof ApiError) return codeInWords(error.code, error.message);
  return error instanceof Error ? error.message : String(error);
}

export function codeInWords(code: Code | ClientCode, detail: string): string {
  const words = errors[code] ?? detail;
  return DETAILED.has(code) ? `${words} (${detail})` : words;
}

/** Why a conversation is over; undefined where the agent knows, because they left. */
export function endInWords(reason: string, customer: string): string | undefined {
  switch (reason) {
    case 'UNSUBSCRIBED':
    case 'DESK CLOSED':
      return undefined;
    case 'CHAT TRANSFERRED':
      return `${customer} was handed over.`;
    case 'CUSTOMER LEFT':
      return `${customer} has left.`;
    case 'PRIMARY AGENT LEFT':
      return `The conversation with ${customer} is over for you: the agent has left it.`;
    case 'AGENT SLA EXPIRED':
      return `${customer} waited too long for an answer and is back in the queue.`;
    case 'MRD INTERRUPTED':
      return `${customer} went to somebody else, because you were called away.`;
    case 'REROUTED':
      return `${customer} went to somebody else.`;
    case 'CONVERSATION CLOSED':
      return `The conversation with ${customer} was closed.`;
    default:
      return `The conversation with ${customer} is over.`;
  }
}

/** Why an offer rings no more. */
export function revocationInWords(reason: string | undefined, customer: string): string {
  if (reason === 'RONA') return `${customer} went on to a colleague, because nobody answered here.`;
  if (reason === 'DECLINED') return `${customer} goes to a colleague.`;
  return `${customer} does not ring any more.`;
}

export const directionInWords: Record<string, string> = {
  INBOUND: 'New customer',
  OUTBOUND: 'Outbound',
  CONSULT: 'Asks for your advice',
  CONSULT_TRANSFER: 'Handed over after a consult',
  CONSULT_CONFERENCE: 'Asks you to join',
  DIRECT_TRANSFER: 'Handed over',
  DIRECT_CONFERENCE: 'Asks you to join',
};

/**
 * What became of a request for a colleague, for whoever asked. `asked` is the queue, if it was one.
 */
export function outcomeInWords(outcome: string, agent: string | undefined, asked: string | undefined): string {
  if (outcome === 'ACCEPTED') return `${agent ?? 'Somebody'} has taken what you asked ${asked ?? 'them'} for.`;
  if (outcome === 'CANCELLED') return `What you asked ${asked ?? 'your colleague'} for is called off.`;
  return asked ? `Nobody of ${asked} was free.` : 'Your colleague did not answer.';
}

export function orderInWords(by: string, { name }: { name: string }): string {
  if (name === 'LOGOUT') return `${by} has signed you out.`;
  return `${by} has set you to ${(agentStateInWords[name] ?? name).toLowerCase()}.`;
}

export const requestInWords: Record<string, string> = {
  CONSULT: 'advice',
  CONSULT_TRANSFER: 'somebody who takes over',
  CONSULT_CONFERENCE: 'somebody who joins',
  DIRECT_TRANSFER: 'somebody who takes over',
  DIRECT_CONFERENCE: 'somebody who joins',
};

const channels: Record<string, string> = {
  CX_VOICE: 'Voice',
  EMAIL: 'E-mail',
  FACEBOOK: 'Facebook',
  GENERIC: 'Other channel',
  INSTAGRAM: 'Instagram',
  TELEGRAM: 'Telegram',
  TWITTER: 'Twitter',
  VIBER: 'Viber',
  WEB: 'Web',
  WHATSAPP: 'WhatsApp',
};

export function channelInWords(name: string): string {
  return channels[name] ?? name;
}

export const roleInWords: Record<string, string> = {
  PRIMARY: 'with the customer',
  ASSISTANT: 'advising',
  SILENT_MONITOR: 'watching',
  WRAP_UP: 'wrapping up',
};

export const agentStateInWords: Record<string, string> = {
  READY: 'Ready',
  NOT_READY: 'Not ready',
  LOGIN: 'Signing in',
  LOGOUT: 'Signed out',
};

export const mrdStateInWords: Record<string, string> = {
  READY: 'ready',
  NOT_READY: 'not ready',
  PENDING_NOT_READY: 'not ready after this',
  ACTIVE: 'ready, at work',
  BUSY: 'full',
  INTERRUPTED: 'interrupted',
  LOGIN: 'signing in',
  LOGOUT: 'signed out',
  UNKNOWN: 'unknown',
};

/** `0:07`, `12:30`, `1:02:03`. Never below zero. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number) => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

export function timeOfDay(at: number): string {
  return new Date(at).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' });
}
