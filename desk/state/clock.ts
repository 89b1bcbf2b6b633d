/**
 * The time, to the second, for everything that counts up or down: one timer for the whole page. It
 * is the manager's: this machine's clock may be minutes off.
 */
import { signal } from '@preact/signals';

let ask = () => Date.now();

export const now = signal(ask());

/** From now on the time is had so. */
export function goBy(clock: () => number): void {
  ask = clock;
  now.value = ask();
}

/** To the millisecond. */
export function rightNow(): number {
  return ask();
}

setInterval(() => {
  now.value = ask();
}, 1_000);
