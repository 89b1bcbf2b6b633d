/**
 * What a test may do to the gateway: what networks and clouds do to it in earnest. Counted per
 * gateway, gone with it.
 */
import type { Connection } from './connections.ts';
import type { InterceptPost, Post } from './management.ts';

export interface OpenConnection {
  connectionId: string;
  /** What the authorizer gave as `principalId`. */
  principalId: string | undefined;
  authorizer: Record<string, string | number>;
  connectedAt: number;
}

/**
 * Where a connection is wanted, `who` is a connection id or any value in the authorizer's context,
 * such as the id of an agent; of several the newest. An unknown one is an error: a test that hurts
 * nobody proves nothing.
 */
export interface Faults {
  connections(): OpenConnection[];
  /**
   * Cuts the wire: the client sees 1006. Silently: the gateway takes it for open until it is idle
   * for too long, and posts are 200.
   */
  dropConnection(who: string, how?: { silently?: boolean }): void;
  /** Ends a connection as its two hours do: 1001 "Going away". */
  expireConnection(who: string): void;
  /**
   * The next posts, to anybody or only to `who`, are answered with this status and not delivered.
   */
  failNextPost(status: number, times?: number, who?: string): void;
  /**
   * Sees every post before it is delivered, and may hold it back or answer in its place. Returns
   * the way to stop that.
   */
  interceptPosts(intercept: InterceptPost): () => void;
  /**
   * `$disconnect` is not delivered any more: not at all, or not for `who`. Returns the way to end
   * that.
   */
  muteDisconnect(who?: string): () => void;
}

export interface FaultState {
  faults: Faults;
  intercept: InterceptPost;
  isMuted(connection: Connection): boolean;
}

export function faultsOf(connections: Map<string, Connection>): FaultState {
  const failures: { status: number; connectionId: string | undefined }[] = [];
  const interceptors = new Set<InterceptPost>();
  const muted = new Set<string | undefined>();

  function find(who: string): Connection {
    const known = [...connections.values()].filter(
      ({ handshake }) => handshake.connectionId === who || Object.values(handshake.authorizer ?? {}).includes(who),
    );
    const newest = known.toSorted((a, b) => b.handshake.connectedAt - a.handshake.connectedAt)[0];
    if (!newest) throw new Error(`There is no connection of ${who}.`);
    return newest;
  }
  const idOf = (who: string): string => find(who).handshake.connectionId;

  return {
    isMuted: ({ handshake }) => muted.has(undefined) || muted.has(handshake.connectionId),

    async intercept(post: Post) {
      for (const interceptor of interceptors) {
        const answer = await interceptor(post);
        if (answer !== undefined) return answer;
      }
      const next = failures.findIndex(
        ({ connectionId }) => connectionId === undefined || connectionId === post.connectionId,
      );
      return next < 0 ? undefined : failures.splice(next, 1)[0]?.status;
    },

    faults: {
      connections: () =>
        [...connections.values()].map(({ handshake: { connectionId, connectedAt, authorizer = {} } }) => ({
          connectionId,
          principalId: authorizer.principalId?.toString(),
          authorizer,
          connectedAt,
        })),
      dropConnection: (who, how) => find(who).cut(how?.silently ?? false),
      expireConnection: (who) => find(who).close(1001, 'Going away'),
      failNextPost(status, times = 1, who) {
        const connectionId = who === undefined ? undefined : idOf(who);
        for (let i = 0; i < times; i++) failures.push({ status, connectionId });
      },
      interceptPosts(intercept) {
        interceptors.add(intercept);
        return () => interceptors.delete(intercept);
      },
      muteDisconnect(who) {
        const key = who === undefined ? undefined : idOf(who);
        muted.add(key);
        return () => muted.delete(key);
      },
    },
  };
}
