/**
 * The network of a fake manager: sockets that no wire is behind, which the script may cut. What is
 * said arrives a moment later and in order, by promises alone, so timers may be faked.
 */
import { SESSION_PREFIX } from '../../protocol/frame.ts';
import type { WebSocketConstructor, WebSocketLike } from '../session/connection.ts';

/** The manager's end of a socket. */
export interface Line {
  /** The session that it continues, where it names one. */
  readonly key: string | undefined;
  say(frame: object): void;
  /** Once what was said before has arrived. */
  end(code: number): void;
}

export interface NetworkListener {
  /** false: the handshake is refused. */
  admits(): boolean;
  opened(line: Line): void;
  heard(line: Line, text: string): void;
  closed(line: Line): void;
}

type Callback<E> = ((event: E) => void) | null;

export class Network {
  readonly WebSocket: WebSocketConstructor;
  /** Is it there? */
  up = true;
  /** How many sockets have been opened. */
  opened = 0;
  readonly #sockets = new Set<Socket>();

  constructor(listener: NetworkListener) {
    const sockets = this.#sockets;
    const opens = () => {
      if (!this.up || !listener.admits()) return false;
      this.opened += 1;
      return true;
    };
    this.WebSocket = class extends Socket {
      constructor(_url: string, protocols: string[]) {
        super(protocols, sockets, opens, listener);
      }
    };
  }

  /** Every socket breaks. */
  cut(): void {
    this.#sockets.forEach((socket) => socket.close(1006));
  }
}

class Socket implements WebSocketLike, Line {
  onopen: Callback<object> = null;
  onmessage: Callback<{ data: unknown }> = null;
  onerror: Callback<object> = null;
  onclose: Callback<{ code: number }> = null;
  readyState = 0;
  readonly key: string | undefined;
  readonly #open: Set<Socket>;
  readonly #listener: NetworkListener;

  constructor(protocols: readonly string[], open: Set<Socket>, opens: () => boolean, listener: NetworkListener) {
    this.#open = open;
    this.#listener = listener;
    this.key = protocols.find((one) => one.startsWith(SESSION_PREFIX))?.slice(SESSION_PREFIX.length);
    soon(() => {
      if (this.readyState !== 0) return;
      if (!opens()) {
        this.onerror?.({});
        return this.close(1006);
      }
      this.readyState = 1;
      open.add(this);
      this.onopen?.({});
      listener.opened(this);
    });
  }

  send(text: string): void {
    soon(() => this.readyState === 1 && this.#listener.heard(this, text));
  }

  say(frame: object): void {
    const data = JSON.stringify(frame);
    soon(() => this.readyState === 1 && this.onmessage?.({ data }));
  }

  end(code: number): void {
    soon(() => this.close(code));
  }

  /** At once. */
  close(code = 1005): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#open.delete(this);
    this.#listener.closed(this);
    soon(() => this.onclose?.({ code }));
  }
}

/** In its turn, once whoever runs now is done. */
export function soon(then: () => unknown): void {
  void Promise.resolve().then(then);
}
