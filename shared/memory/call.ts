/** A call that the shell makes at a port, and what may happen around it. */

export interface Call {
  readonly port: 'table' | 'sockets' | 'timers' | 'lists' | 'greetings' | 'sleep';
  readonly does: string;
  /** What it is about: an item (`pk / sk`, of several the first), a partition, a connection. */
  readonly about: string;
}

/**
 * Stands around every call. It may let others go on first, make the call and then fail (an answer
 * that is lost), fail in its place (a conflict, a throttle), answer something else, make it twice,
 * or never come back, as where the process has died.
 */
export type Around = <T>(call: Call, run: () => Promise<T>) => Promise<T>;

export const plainly: Around = (_, run) => run();
