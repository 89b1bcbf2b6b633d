/**
 * Which conversation is in view, and whether it has the keyboard. Both change by what the agent
 * does and by nothing else: what they have asked for opens when it comes, unless they have begun to
 * type meanwhile; what comes by itself opens where nothing is, and leaves the keyboard alone.
 */
import { signal } from '@preact/signals';

export class Sight {
  readonly id = signal<string | null>(null);
  /** The conversation that has the keyboard; a new object each time that the agent gives it. */
  readonly keyboard = signal<{ readonly id: string } | null>(null);
  #awaited: string | null = null;
  readonly #typed = ({ target }: Event) => {
    if (takesText(target)) this.#awaited = null;
  };

  constructor() {
    for (const event of ['focusin', 'input']) addEventListener(event, this.#typed, true);
  }

  /** The agent goes there. */
  open(id: string | null, { keyboard = true } = {}): void {
    this.#awaited = null;
    this.id.value = id;
    this.keyboard.value = keyboard && id !== null ? { id } : null;
  }

  /** The agent has asked for a conversation that may take a moment to come. */
  await(id: string): void {
    this.#awaited = id;
  }

  /** It does not come. */
  stopWaiting(id: string): void {
    if (this.#awaited === id) this.#awaited = null;
  }

  /** A conversation is there. `mayFill` says whether it may take a place where nothing is. */
  came(id: string, mayFill: boolean): void {
    if (this.#awaited === id) this.open(id);
    else if (mayFill && this.id.value === null) this.open(id, { keyboard: false });
  }

  close(): void {
    for (const event of ['focusin', 'input']) removeEventListener(event, this.#typed, true);
  }
}

function takesText(target: EventTarget | null): boolean {
  if (target instanceof HTMLTextAreaElement) return true;
  return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type);
}
