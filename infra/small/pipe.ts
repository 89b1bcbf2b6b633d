/**
 * Two ends of a wire inside this process: what is written at one is read at the other. Servers and
 * clients take an end for a socket.
 */
import { Duplex } from 'node:stream';

/**
 * `moved` is called whenever something goes over it. What is written is read at once; `later` hands
 * it on in another turn, for servers that do not expect an answer while they still speak.
 */
export function pipe(moved: () => void, later: (give: () => void) => void = (give) => give()): [Duplex, Duplex] {
  const ends: [End, End] = [new End(moved, later), new End(moved, later)];
  const [one, other] = ends;
  one.other = other;
  other.other = one;
  return ends;
}

class End extends Duplex {
  other: End | undefined;
  readonly #moved: () => void;
  readonly #later: (give: () => void) => void;

  constructor(moved: () => void, later: (give: () => void) => void) {
    super({ allowHalfOpen: true });
    this.#moved = moved;
    this.#later = later;
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#moved();
    this.#later(() => {
      this.#moved();
      this.other?.push(chunk);
      done();
    });
  }

  override _final(done: () => void): void {
    this.#moved();
    this.#later(() => {
      this.#moved();
      this.other?.push(null);
      done();
    });
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
