/**
 * Which refusals may pass: the same request, sent again unchanged, may succeed. Beside `codes.ts`
 * because a client needs to know this, and has no use for what else is said of a code.
 */
import type { Code } from './codes.ts';

const PASSING: ReadonlySet<string> = new Set<Code>([
  'frame.tooMany',
  'session.notConnected',
  'state.conflict',
  'agent.notRoutable',
  'auth.notYetValid',
  'internal',
]);

export function mayPass(code: string): boolean {
  return PASSING.has(code);
}
