/**
 * Listeners by name, as socket.io's clients have them. A listener that throws keeps no other one
 * from hearing.
 */

/** Takes whatever comes with the event. */
export type Listener = (...args: never[]) => void;

/** What a socket and its manager have in common. */
export class Emitter {
  readonly #listeners = new Map<string, { readonly call: Listener; readonly given: Listener }[]>();

  /** Calls the listener with every event of this name. */
  on(event: string, listener: Listener): this {
    return this.#add(event, listener, listener);
  }

  /** Calls the listener with the next one only. */
  once(event: string, listener: Listener): this {
    const call: Listener = (...args) => {
      this.off(event, listener);
      listener(...args);
    };
    return this.#add(event, call, listener);
  }

  /** Without a listener all of the event go, without an event all there are. */
  off(event?: string, listener?: Listener): this {
    if (event === undefined) this.#listeners.clear();
    else if (listener === undefined) this.#listeners.delete(event);
    else this.#listeners.set(event, (this.#listeners.get(event) ?? []).filter(({ given }) => given !== listener)); // prettier-ignore
    return this;
  }

  /** As `off`. */
  removeListener(event: string, listener: Listener): this {
    return this.off(event, listener);
  }

  /** As `off` without a listener. */
  removeAllListeners(event?: string): this {
    return this.off(event);
  }

  /** Calls those who listen now. */
  protected call(event: string, ...args: unknown[]): void {
    for (const { call } of this.#listeners.get(event) ?? []) {
      try {
        call(...(args as never[]));
      } catch (error) {
        setTimeout(() => {
          throw error;
        });
      }
    }
  }

  #add(event: string, call: Listener, given: Listener): this {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), { call, given }]);
    return this;
  }
}
