/**
 * socket.io's own clients, as they are published: 4.4.0, which desks of this family have, and
 * 2.5.0. What differs between them is where the token goes, and how a refusal is told.
 */
import type { Agent } from 'node:http';
import * as z from 'zod';
import { io as io4 } from 'socket.io-client-4.4';
import io2 from 'socket.io-client-2';
import type { SocketLike } from './socket-desk.ts';

type Hears = (event: string, ...args: unknown[]) => void;
/** Of a refusal, `data` is what the server says. */
type IsRefused = (error: Error & { data?: unknown }) => void;

export interface RealSocket extends SocketLike {
  connect(): unknown;
  /** Hears whatever comes, with its name. */
  any(listener: Hears): void;
  /** Hears why it is not let in. */
  refused(listener: IsRefused): void;
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

/** As clients of 2.x have it. */
const Refusal = z.looseObject({ content: z.looseObject({ key: z.string() }) });

const COMMON = { forceNew: true, reconnectionDelay: 50, reconnectionDelayMax: 500 };

export function connectTo(origin: string, { token, login, version = 4, ...how }: How): RealSocket {
  const who = login === undefined ? { token } : { agent: JSON.stringify({ ...login, token }) };
  if (version === 2) {
    const socket = io2(origin, { ...COMMON, ...how, query: who });
    const hear = socket.onevent.bind(socket);
    return Object.assign(socket as unknown as RealSocket, {
      active: true,
      any(listener: Hears) {
        socket.onevent = (packet) => {
          hear(packet);
          const { data, id } = packet;
          listener(...data, ...(id === undefined ? [] : [() => {}]));
        };
      },
      refused(listener: IsRefused) {
        socket.on('error', (told: unknown) => {
          const { success, data } = Refusal.safeParse(told);
          listener(success ? Object.assign(new Error(data.content.key), { data }) : new Error(String(told)));
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
    any: (listener: Hears) => void socket.onAny(listener),
    refused: (listener: IsRefused) => void socket.on('connect_error', listener),
  });
}
