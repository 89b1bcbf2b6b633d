/** The time, to the second, for everything that counts up or down: one timer for the whole page. */
import { signal } from '@preact/signals';

export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1_000);
