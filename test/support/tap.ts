/**
 * One AWS service behind a stack's front: every call to it, and the way to answer in the engine's
 * place, as the service does when it is busy.
 */
import type { LocalStack } from '../../infra/local/start.ts';
import type { Answer } from '../../infra/strict/answer.ts';
import type { Call, Service } from '../../infra/strict/call.ts';
import type { Layer } from '../../infra/strict/front.ts';
import type { MeteredCall } from '../../infra/strict/dynamodb/meter.ts';

export interface Tap {
  /** Every call so far, oldest first. */
  readonly calls: Pick<Call, 'operation' | 'input'>[];
  /** Returns the way to end it. Of several the newest is asked first. */
  inject(layer: Layer): () => void;
}

/** Of all callers, or of one alone. */
export function tap(stack: LocalStack, service: Service, caller?: string): Tap {
  const concerns = (call: Call) => call.service === service && (caller === undefined || call.caller === caller);
  const calls: Tap['calls'] = [];
  stack.front.listen({
    called: (call) => {
      if (concerns(call)) calls.push({ operation: call.operation, input: call.input });
    },
  });
  return {
    calls,
    inject: (layer) => stack.front.intercept((call, pass) => (concerns(call) ? layer(call, pass) : undefined)),
  };
}

/** The next calls of this operation are answered like this. Returns the way to end it before. */
export function next(tapped: Tap, operation: string, times: number, answered: Answer | 'lost'): () => void {
  let left = times;
  const end = tapped.inject((call) => {
    if (call.operation !== operation) return undefined;
    left -= 1;
    if (left === 0) end();
    return answered;
  });
  return end;
}

/**
 * How many calls had to wait for another one: the longest chain in which each began after the one
 * before had ended.
 */
export function callsInSequence(calls: readonly MeteredCall[]): number {
  let chain = 0;
  let free = -Infinity;
  for (const call of calls.toSorted((a, b) => a.endedAt - b.endedAt)) {
    if (call.startedAt < free) continue;
    chain += 1;
    free = call.endedAt;
  }
  return chain;
}
