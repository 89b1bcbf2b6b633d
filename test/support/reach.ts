/**
 * What a client is given to reach a stack, wherever it is: in the small world it dials no network,
 * and goes by a clock that jumps.
 */
import { WebSocket, type ClientOptions } from 'ws';
import type { Clock } from '../../shared/client/clock.ts';
import type { VirtualClock } from '../../shared/memory/clock.ts';
import { request, smallAt, wireTo } from './small-stack.ts';

interface Reach {
  readonly WebSocket: new (url: string, protocols: string[]) => WebSocket;
  readonly fetch?: typeof request;
  readonly clock?: Clock;
}

export function reach(url: string): Reach {
  const small = smallAt(url);
  if (!small) return { WebSocket };
  const options: ClientOptions = wireTo(small);
  class Wire extends WebSocket {
    constructor(address: string, protocols: string[]) {
      super(address, protocols, options);
    }
  }
  return { WebSocket: Wire, fetch: request, clock: jumping(small.time.clock) };
}

/** A client's clock that is the small world's. */
export function jumping(clock: VirtualClock): Clock {
  const now = () => clock.now();
  const after = (ms: number, then: () => void) => {
    let due = true;
    clock.at(clock.now() + ms, () => due && then());
    return () => void (due = false);
  };
  const every = (ms: number, then: () => void) => {
    let callOff = after(ms, again);
    function again() {
      callOff = after(ms, again);
      then();
    }
    return () => callOff();
  };
  return { now, elapsed: now, after, every };
}
