/**
 * What one configuration may take of the frames that show it, of those that cannot be cut into
 * pages: a presence, with a reason; the lists that one agent watches; the names in whatever names
 * an agent.
 */
import { byteLength } from '../protocol/bytes.ts';
import type { ConfigKind, ConfigOf } from '../protocol/shapes/config.ts';
import { Rejection } from './rejection.ts';

/** In bytes of JSON. An agent watches forty lists at most. */
const SHARE = { reason: 1024, names: 1024, list: 750 };

/** Refuses what would not fit. */
export function mustFitFrames(item: ConfigOf<ConfigKind>): void {
  if ('type' in item && !('maxRequests' in item)) within('reason', item, 'description: the reason');
  if ('exclusive' in item) {
    const { id, name, description } = item;
    within('list', { id, name, description }, 'description: the list');
  }
  if ('attributes' in item) {
    const { username, firstName, lastName, team } = item;
    within('names', { username, firstName, lastName, team }, 'username: names and team');
  }
}

function within(share: keyof typeof SHARE, shown: unknown, what: string): void {
  const bytes = byteLength(JSON.stringify(shown));
  if (bytes <= SHARE[share]) return;
  throw new Rejection(
    'config.invalid',
    `${what} would take ${bytes} of ${SHARE[share]} bytes that a frame has for it.`,
  );
}
