/**
 * What the desk has to say to the agent besides what is on the screen: refusals, and what ended
 * without them. It goes by itself.
 */
import { signal } from '@preact/signals';
import { inWords } from '../words.ts';

export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly tone: 'bad' | 'plain';
}

const SHOWN_MS = 10_000;
const MOST = 4;

export const notices = signal<readonly Notice[]>([]);
let last = 0;

export function tell(text: string, tone: Notice['tone'] = 'plain'): void {
  last += 1;
  const notice = { id: last, text, tone };
  notices.value = [...notices.value.filter((other) => other.text !== text), notice].slice(-MOST);
  setTimeout(() => dismiss(notice.id), SHOWN_MS);
}

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id);
}

/** Does it, and says in words why where it could not be done. Resolves with whether it was. */
export async function attempt(doing: Promise<unknown>): Promise<boolean> {
  try {
    await doing;
    return true;
  } catch (error) {
    tell(inWords(error), 'bad');
    return false;
  }
}
