/**
 * What happens, as async iterators: every reader gets everything from where they began to read,
 * however slowly they read.
 */

/**
 * A source of values for any number of readers. A reader keeps what they have not read yet: all of
 * it, or with `latest` only the newest, which suits states, where what was in between is of no
 * interest. A reader that leaves its loop keeps nothing.
 */
export class Stream<T> {
  readonly #readers = new Set<Reader<T>>();
  readonly #latest: boolean;
  #ended = false;

  constructor({ latest = false }: { latest?: boolean } = {}) {
    this.#latest = latest;
  }

  push(value: T): void {
    for (const reader of this.#readers) {
      if (this.#latest) reader.unread.length = 0;
      reader.unread.push(value);
      reader.wake();
    }
  }

  /** Readers get what they have not read yet, then their loops end. */
  end(): void {
    this.#ended = true;
    for (const reader of this.#readers) reader.wake();
  }

  /** Begins, when the reader does, with what there is by then, and goes on with what is pushed. */
  async *read(already: () => Iterable<T> = () => []): AsyncGenerator<T, void, undefined> {
    const reader: Reader<T> = { unread: [...already()], wake: () => {} };
    this.#readers.add(reader);
    try {
      for (;;) {
        while (reader.unread.length > 0) yield reader.unread.shift() as T;
        if (this.#ended) return;
        await new Promise<void>((wake) => (reader.wake = wake));
      }
    } finally {
      this.#readers.delete(reader);
    }
  }
}

interface Reader<T> {
  readonly unread: T[];
  wake: () => void;
}
