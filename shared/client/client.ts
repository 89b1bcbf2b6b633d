/** The package's entry `./client`: what a desk may use. */
export { connect, type Agent, type Presence, type SupervisorOrder } from './faces/agent.ts';
export {
  isMessage,
  type Conversation,
  type ConversationEvent,
  type MessageEvent,
  type Participant,
  type Role,
  type Sent,
  type Target,
} from './faces/conversation.ts';
export { AgentManagerError, type ClientCode } from './errors.ts';
export type { Ack, AgentEventName, AgentRequest, ManagerEventName, ManagerPayload } from './session/frames.ts';
export { ENDED_WHILE_AWAY } from './session/inbox.ts';
export type { Lists, PullList, PullRequest } from './faces/lists.ts';
export type { Offer, Reason } from './faces/offers.ts';
export type { ConnectOptions } from './options.ts';
export { freshToken } from './session/fresh-token.ts';
export type { SessionState } from './session/session.ts';
export { io, type Acknowledge, type Socket, type SocketOptions } from './faces/socket-io.ts';
export type { CimEvent, Snapshot } from './session/topic.ts';
