/** Time as a client goes by it: the machine's, unless it is set up with another one. */

/** Calls off what is to come. */
export type CallOff = () => void;

export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since whenever, which nobody sets back. */
  elapsed(): number;
  /** Calls once, after so many milliseconds. */
  after(ms: number, then: () => void): CallOff;
  /** Calls again and again, with so many milliseconds between. */
  every(ms: number, then: () => void): CallOff;
}

export const machineClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(ms, then) {
    const timer = setTimeout(then, ms);
    return () => clearTimeout(timer);
  },
  every(ms, then) {
    const timer = setInterval(then, ms);
    return () => clearInterval(timer);
  },
};

/** As long as nothing is to come. */
export const nothing: CallOff = () => {};
