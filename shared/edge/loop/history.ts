/**
 * Events as they are told go with the channel sessions that they name. One that has ended may have
 * left META for an item of its own.
 */
import type { LoggedEvent, Meta } from '../../domain/conversation/conversation.ts';
import type { Reader } from '../app.ts';

/** META, and the sessions of these events that it holds no more. Read only where there are any. */
export async function metaFor(
  { store }: Pick<Reader, 'store'>,
  conversationId: string,
  meta: Meta,
  events: readonly LoggedEvent[],
): Promise<Meta> {
  return metaWith(store, conversationId, meta, events.map(({ event }) => event.channelSessionId)); // prettier-ignore
}

/** META, and these sessions, as far as there are such. */
export async function metaWith(
  store: Reader['store'],
  conversationId: string,
  meta: Meta,
  sessionIds: readonly (string | undefined)[],
): Promise<Meta> {
  const named = [...new Set(sessionIds)].filter((id) => id !== undefined);
  const lacking = named.filter((id) => meta.sessions[id] === undefined);
  if (lacking.length === 0) return meta;
  const ended = await store.endedSessions(conversationId, lacking);
  return { ...meta, sessions: { ...ended, ...meta.sessions } };
}
