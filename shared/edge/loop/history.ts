/**
 * Events as they are told go with the channel sessions that they name. One that has ended may have
 * left META for an item of its own.
 */
import type { Conversation, LoggedEvent, Meta, World } from '../../domain/conversation/conversation.ts';
import { torn } from '../../domain/conversation/torn.ts';
import type { Reader } from '../app.ts';

const MOST_READINGS = 3;

/**
 * What was read at different moments is read again. A write relies on the versions of what it read,
 * so it finds out by itself in the end.
 */
export async function untorn<W extends World | null>(read: () => Promise<W>): Promise<W> {
  for (let readings = 1; ; readings++) {
    const world = await read();
    if (!world || !torn(world) || readings === MOST_READINGS) return world;
  }
}

/** A conversation and its META as they are together; null: there is none. */
export function described(
  { store }: Pick<Reader, 'store'>,
  id: string,
): Promise<{ conversation: Conversation; meta: Meta } | null> {
  return untorn(async () => {
    const [conversation, meta] = await Promise.all([store.conversation(id), store.meta(id)]);
    return conversation && meta && { conversation, meta, agents: {} };
  });
}

/**
 * META, and the sessions of these events that it holds no more. Read only where there are any.
 * Where META was read before the events, one of them may name a session that began in between: then
 * META is read again.
 */
export async function metaFor(
  { store }: Pick<Reader, 'store'>,
  conversationId: string,
  meta: Meta,
  events: readonly LoggedEvent[],
): Promise<Meta> {
  const named = events.map(({ event }) => event.channelSessionId);
  const all = await metaWith(store, conversationId, meta, named);
  if (named.every((id) => id === undefined || all.sessions[id] !== undefined)) return all;
  const now = await store.meta(conversationId);
  return now ? metaWith(store, conversationId, now, named) : all;
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
