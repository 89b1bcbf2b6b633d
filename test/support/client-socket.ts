/**
 * A WebSocket, to look at, that has the client underneath: what a desk sends is asked for through a
 * session, and what it receives is what the client says. So stories that are told with raw desks
 * are told through the client too.
 */
import { EventEmitter } from 'node:events';
import { WebSocket } from 'ws';
import { AgentManagerError } from '../../shared/client/errors.ts';
import { Session } from '../../shared/client/session/session.ts';
import { reach } from './reach.ts';

export class ClientSocket extends EventEmitter {
  readonly #session: Session;
  #wire: WebSocket | undefined;
  #end: [code: number, reason: Buffer] | undefined;

  constructor(url: string, token: string) {
    super();
    const opens = (wire: WebSocket) => this.#opens(wire);
    const reaching = reach(url);
    class Wire extends reaching.WebSocket {
      constructor(address: string, protocols: string[]) {
        super(address, protocols);
        opens(this);
      }
    }
    this.#session = new Session(
      { ...reaching, url, token, WebSocket: Wire, gapMs: 100 },
      {
        // The client gives requests ids of its own: a refusal is heard when it is known whose it
        // is.
        said: (frame) =>
          frame.event === 'errors' && this.#session.answers(frame.data) ? undefined : this.#receive(frame),
        opened: () => this.emit('open'),
        failed: (error) => this.listenerCount('error') > 0 && this.emit('error', error),
        closed: () => this.#closed(),
      },
    );
    this.#session.open();
  }

  send(text: string): void {
    const { action, data, id } = JSON.parse(text) as { action: string; data?: unknown; id?: string };
    this.#session.emit(action, data ?? {}, Infinity).then(
      (ack) => id !== undefined && this.#receive({ event: 'ack', data: { ...ack, id } }),
      (error: unknown) => {
        if (!(error instanceof AgentManagerError) || error.code.startsWith('client.')) return;
        const { code, message: msg, task, conversationId } = error;
        this.#receive({ event: 'errors', data: { task, code, msg, ...(conversationId && { conversationId }), ...(id && { id }) } }); // prettier-ignore
        if (id !== undefined) this.#receive({ event: 'ack', data: { id, status: 'error', code, msg } });
      },
    );
  }

  close(): void {
    this.#session.close();
  }

  /** As when a laptop is shut: nothing is said to the manager, and nobody comes back. */
  terminate(): void {
    this.#wire?.terminate();
    this.#session.close();
  }

  #opens(wire: WebSocket): void {
    this.#wire = wire;
    wire.on('close', (code, reason) => {
      this.#end = [code, reason];
      if (this.#session.state === 'closed') this.#closed();
    });
  }

  /** It is over when both are: the client, and the connection that it had last. */
  #closed(): void {
    if (this.#end && this.#wire?.readyState === WebSocket.CLOSED) this.emit('close', ...this.#end);
  }

  #receive(frame: unknown): void {
    this.emit('message', Buffer.from(JSON.stringify(frame)));
  }
}
