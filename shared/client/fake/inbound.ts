/** What a desk sends, as a fake manager reads it. */
import { ALIASES } from '../../protocol/shapes/aliases.ts';
import type { AgentEventName, AgentRequest } from '../client.ts';

/** What the desk has asked for: the event by its own name, whichever alias the desk used. */
export type Received<E extends AgentEventName = AgentEventName> = {
  [N in E]: { readonly event: N; readonly data: AgentRequest<N>; readonly id?: string };
}[E];

/** What the client says by itself, and no desk asks for. */
export const BY_ITSELF: ReadonlySet<AgentEventName> = new Set<AgentEventName>([
  'heartbeat',
  'offerReceived',
  'replayTopic',
  'replayAgentEvents',
]);

/** Taken as typed: what the manager says of anything else is not for a test of a desk. */
export function readRequest(text: string): Received {
  const { action, data, id } = JSON.parse(text);
  const event = ALIASES[action as keyof typeof ALIASES] ?? action;
  return { event, data: data ?? {}, ...(id === undefined ? {} : { id }) };
}

/** The conversation that a request is about, wherever the desk names it. */
export function conversationIn(data: unknown): string {
  const { conversationId, requestId, id, channelSession, topicParticipant, agentParticipant } = membersOf(data);
  const carriers = [channelSession, topicParticipant, agentParticipant].map(membersOf);
  const named = carriers.map((carrier) => carrier['conversationId'] ?? carrier['topicId']);
  return [conversationId, requestId, ...named, id, data].find((one) => typeof one === 'string') ?? '';
}

export function membersOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
