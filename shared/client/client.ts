/** The package's entry `./client`: what a desk may use. */
export { connect, type Agent, type Presence, type Reason } from './agent.ts';
export {
  isMessage,
  type Conversation,
  type ConversationEvent,
  type MessageEvent,
  type Participant,
  type Role,
  type Sent,
  type Target,
} from './conversation.ts';
export { AgentManagerError, type ClientCode } from './errors.ts';
export type { Ack, AgentEventName, AgentRequest, ManagerEventName, ManagerPayload } from './frames.ts';
export { ENDED_WHILE_AWAY } from './inbox.ts';
export type { Lists, PullList, PullRequest } from './lists.ts';
export type { Offer } from './offers.ts';
export type { ConnectOptions } from './options.ts';
export type { SessionState } from './session.ts';
export { io, type Acknowledge, type Socket, type SocketOptions } from './socket-io.ts';
export type { CimEvent, Snapshot } from './topic.ts';
