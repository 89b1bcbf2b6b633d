/**
 * Two ends of a wire inside this process: what is written at one is read at the other. Servers and
 * clients take an end for a socket.
 */
import { Duplex } from 'node:stream';

/** `moved` is called whenever something goes over it. */
export function pipe(moved: () => void): [Duplex, Duplex] {
  const ends: [End, End] = [new End(moved), new End(moved)];
  const [one, other] = ends;
  one.other = other;
  other.other = one;
  return ends;
}

class End extends Duplex {
  other: End | undefined;
  readonly #moved: () => void;

  constructor(moved: () => void) {
    super({ allowHalfOpen: true });
    this.#moved = moved;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#moved();
    this.other?.push(chunk);
    done();
  }

  override _final(done: () => void): void {
    this.#moved();
    this.other?.push(null);
    done();
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#moved();
    const { other } = this;
    process.nextTick(() => other?.destroy());
    done(error);
  }

  // What clients of HTTP ask of a socket.
  setTimeout(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
