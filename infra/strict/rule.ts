/**
 * What a rule of AWS is here: data that says what is refused, how, and who says so. Checks are made
 * of them.
 */
import type { Call, Input, Service } from './call.ts';

/** What AWS answers instead of doing it. */
export interface Refusal {
  /** Such as `ValidationException`. */
  readonly code: string;
  readonly message: string;
  /** 400 unless given. */
  readonly status?: number;
  /** What else the answer says, such as `CancellationReasons`. */
  readonly more?: Input;
  /** The id of the rule that was broken, for whoever reads the log. */
  readonly rule?: string;
}

/** One rule; `I` is what it looks at: the parameters of the call, or what was made of them. */
export interface Rule<I = Input> {
  /** `service.theme.what`, unique. */
  readonly id: string;
  readonly service: Service;
  readonly operations: readonly string[];
  /** Where AWS, or somebody who asked AWS, says so. */
  readonly source: { readonly title: string; readonly url: string };
  readonly refuse: (input: I, operation: string) => Refusal | null;
}

/**
 * Asks the engine behind the front something of its own, as the same caller and of the same
 * service. Rejects where it is refused.
 */
export type Ask = (operation: string, input: Input) => Promise<Input>;

/** Looks at a call before it is passed on. A rule book is one; who may do what (IAM) is another. */
export type Check = (call: Call, ask: Ask) => Refusal | null | Promise<Refusal | null>;

/** Holds calls of a service against rules, in their order. */
export function bookOf<I>(
  service: Service,
  rules: readonly Rule<I>[],
  prepare: (call: Call, ask: Ask) => I | Promise<I>,
): Check {
  const byOperation = new Map<string, Rule<I>[]>();
  for (const rule of rules)
    for (const operation of rule.operations) byOperation.set(operation, [...(byOperation.get(operation) ?? []), rule]);
  const judge = (concerned: readonly Rule<I>[], input: I, operation: string) => {
    for (const { id, refuse } of concerned) {
      const refusal = refuse(input, operation);
      if (refusal) return { ...refusal, rule: id };
    }
    return null;
  };
  return (call, ask) => {
    const concerned = call.service === service ? byOperation.get(call.operation) : undefined;
    if (!concerned) return null;
    const input = prepare(call, ask);
    if (input instanceof Promise) return input.then((known) => judge(concerned, known, call.operation));
    return judge(concerned, input, call.operation);
  };
}
