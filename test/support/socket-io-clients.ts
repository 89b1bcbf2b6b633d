/**
 * socket.io's own clients, as they are published: 4.4.0, which desks of this family have, and
 * 2.5.0. What differs between them is where the token goes, and how a refusal is told.
 */
import type { Agent } from 'node:http';
import { io as io4 } from 'socket.io-client-4.4';
import io2 from 'socket.io-client-2';

/* oxlint-disable typescript/no-explicit-any -- as socket.io has it */

export interface RealSocket {
  on(event: string, listener: (...args: any[]) => void): unknown;
  emit(event: string, ...args: any[]): unknown;
  connect(): unknown;
  disconnect(): unknown;
  connected: boolean;
  active: boolean;
  id: string | undefined;
  io: any;
  /** Hears whatever comes, with its name. */
  any(listener: (event: string, ...args: any[]) => void): void;
  /** Hears why it is not let in. */
  refused(listener: (error: Error & { data?: any }) => void): void;
}

export interface How {
  readonly path: string;
  readonly token: string;
  readonly version?: 2 | 4;
  readonly agent?: Agent;
  readonly transports?: readonly string[];
  /** Of the login, as such desks have it. */
  readonly login?: object;
}

const COMMON = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 500 };

export function connectTo(origin: string, { token, login, version = 4, ...how }: How): RealSocket {
  const who = login === undefined ? { token } : { agent: JSON.stringify({ ...login, token }) };
  if (version === 2) {
    const socket = io2(origin, { ...COMMON, ...how, query: who });
    const hear = socket.onevent.bind(socket);
    return Object.assign(socket as unknown as RealSocket, {
      active: true,
      any(listener: (event: string, ...args: any[]) => void) {
        socket.onevent = (packet) => {
          hear(packet);
          const { data, id } = packet;
          listener(...data, ...(id === undefined ? [] : [() => {}]));
        };
      },
      refused(listener: (error: Error & { data?: any }) => void) {
        socket.on('error', (data: any) => {
          const told = typeof data === 'object' ? { data } : {};
          listener(Object.assign(new Error(String(data?.content?.key ?? data)), told));
        });
      },
    });
  }
  const socket = io4(origin, {
    ...COMMON,
    ...how,
    transports: how.transports && [...how.transports],
    auth: who,
  } as object);
  return Object.assign(socket as unknown as RealSocket, {
    any: (listener: (event: string, ...args: any[]) => void) => void socket.onAny(listener),
    refused: (listener: (error: Error & { data?: any }) => void) => void socket.on('connect_error', listener),
  });
}
