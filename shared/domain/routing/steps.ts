/**
 * The steps of a queue: what each asks of an agent, when it opens, and which is the first that
 * admits somebody.
 */
import type { Queue, StepExpression } from '../../protocol/shapes/config.ts';
import type { Agent } from '../agent/agent.ts';

type Steps = Pick<Queue, 'steps'>;

/**
 * A step opens when the timeouts of all steps before it have passed since the customer began to
 * wait.
 */
export function openSteps(queue: Steps, since: number, at: number): Queue['steps'] {
  const opensAfter = stepsOpenAfter(queue);
  return queue.steps.filter((_, index) => at >= since + (opensAfter[index] ?? 0) * 1000);
}

/** Seconds from the start of waiting to the opening of each step; the first opens at once. */
export function stepsOpenAfter(queue: Steps): number[] {
  return queue.steps.map((_, index) => queue.steps.slice(0, index).reduce((sum, step) => sum + step.timeoutSeconds, 0));
}

/**
 * The first step that admits somebody with these attributes, counted from 0; null: none does. A
 * queue without steps takes anybody.
 */
export function firstStep({ steps }: Steps, attributes: Agent['attributes']): number | null {
  if (steps.length === 0) return 0;
  const index = steps.findIndex((step) => firstUnmet(step, attributes) === null);
  return index < 0 ? null : index;
}

/** The first condition of a step that is not met, in words; null: the step admits them. */
export function firstUnmet(step: Queue['steps'][number], attributes: Agent['attributes']): string | null {
  const unmet = step.expressions.find((expression) => !meets(expression, attributes));
  return unmet ? `${unmet.attribute} ${unmet.operator} ${unmet.value}` : null;
}

/**
 * Do these attributes meet a condition? One that is lacking counts as 0, but is not less than
 * anything, and not anything else.
 */
export function meets({ attribute, operator, value }: StepExpression, attributes: Agent['attributes']): boolean {
  const has = Number(attributes[attribute] ?? 0);
  const known = attributes[attribute] !== undefined;
  switch (operator) {
    case '==':
      return has === value;
    case '!=':
      return known && has !== value;
    case '>':
      return has > value;
    case '>=':
      return has >= value;
    case '<':
      return known && has < value;
    case '<=':
      return known && has <= value;
    default:
      return operator satisfies never;
  }
}
