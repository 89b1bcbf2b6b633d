/** Connections that a gateway or a test attaches, and what becomes of posts to them. */
import type { Posted, Sockets } from '../edge/app.ts';
import { plainly, type Around } from './call.ts';

/** What a post may have at most, here as at AWS. */
const FRAME_BYTES = 32 * 1024;

/** One end of a connection: what arrives there, and that the manager has closed it. */
export interface Socket {
  receive(frame: string): void;
  closed?(): void;
}

export class Wires {
  readonly #open = new Map<string, Socket>();

  attach(connectionId: string, socket: Socket): void {
    this.#open.set(connectionId, socket);
  }

  /** The desk has gone; nobody is told. */
  detach(connectionId: string): void {
    this.#open.delete(connectionId);
  }

  has(connectionId: string): boolean {
    return this.#open.has(connectionId);
  }

  /** A frame that is too large is refused, which is an error of ours. */
  post(connectionId: string, frame: string): Posted {
    if (frame.length * 3 > FRAME_BYTES && Buffer.byteLength(frame) > FRAME_BYTES) return 'unsure';
    const socket = this.#open.get(connectionId);
    if (!socket) return 'gone';
    socket.receive(frame);
    return 'sent';
  }

  close(connectionId: string): void {
    const socket = this.#open.get(connectionId);
    this.#open.delete(connectionId);
    socket?.closed?.();
  }
}

export function socketsOn(wires: Wires, around: Around = plainly): Sockets {
  const calling = <T>(does: string, about: string, run: () => T) =>
    around({ port: 'sockets', does, about }, async () => run());
  return {
    post: (connectionId, frame) => calling('post', connectionId, () => wires.post(connectionId, frame)),
    alive: (connectionId) => calling('alive', connectionId, () => wires.has(connectionId)),
    close: (connectionId) => calling('close', connectionId, () => wires.close(connectionId)),
  };
}
