/**
 * A request that the rules refuse: a stable code for machines, a sentence for people, and what the
 * desk must be told besides.
 */
import type { Code } from '../protocol/codes.ts';
import type { Emit } from './effect.ts';

export class Rejection extends Error {
  readonly code: Code;
  /**
   * Emitted to the requesting agent along with the refusal, for example the `revokeTask` of an
   * offer that is gone.
   */
  readonly emits: readonly Emit[];
  constructor(code: Code, message: string, emits: readonly Emit[] = []) {
    super(message);
    this.name = 'Rejection';
    this.code = code;
    this.emits = emits;
  }
}
