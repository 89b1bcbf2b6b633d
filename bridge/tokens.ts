/**
 * By what a desk shows who it is, and where its tokens come from: the seam for whoever can get
 * newer ones than the desk brings.
 */
import type { Socket } from 'socket.io';
import { tokenOf, type Credentials } from '../shared/client/faces/old-desk.ts';

/**
 * A token for the desk, asked for each connection and whenever the manager wants a newer one. May
 * reject: it is asked again then.
 */
export type TokenSource = (credentials: Credentials) => Promise<string>;

/** The one that the desk has brought. */
export const broughtAlong: TokenSource = tokenOf;

/**
 * What the desk gave to `io`: `auth`; clients of 2.x have none and put it into the query, which is
 * a part of the URL, or into a header.
 */
export function credentialsOf({ handshake }: Socket): Credentials {
  const { auth, query, headers } = handshake;
  if ('token' in auth || 'agent' in auth) return auth;
  if (query['token'] !== undefined || query['agent'] !== undefined) return query;
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1];
  return bearer === undefined ? {} : { token: bearer };
}
