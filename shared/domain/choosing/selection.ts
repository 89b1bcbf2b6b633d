/**
 * Who of several who match gets a request: the longest available, unless the queue wants the most
 * skilled, or who has the fewest conversations.
 */
import type { Queue } from '../../protocol/shapes/config.ts';
import type { Attributes } from '../agent/agent.ts';

export type Choosing = Pick<Queue, 'steps'> & Partial<Pick<Queue, 'selection' | 'score'>>;

interface Candidate {
  readonly attributes: Attributes;
  /** How many conversations they have on the MRD. */
  readonly busy?: number | undefined;
}

/** What counts how much: as is configured, or each attribute that the steps name, alike. */
export function scored({ steps, selection, score = [] }: Choosing): { attribute: string; weight: number }[] {
  if (selection !== 'BEST_SKILLED') return [];
  const named = steps.flatMap(({ expressions }) => expressions.map(({ attribute }) => attribute));
  return score.length > 0 ? score : [...new Set(named)].map((attribute) => ({ attribute, weight: 1 }));
}

/**
 * Below 0: rather the first of the two; 0: who is available longer. null: that is all that counts.
 */
export function rather(queue: Choosing): ((one: Candidate, other: Candidate) => number) | null {
  if (queue.selection === 'FEWEST_CONVERSATIONS') return (one, other) => (one.busy ?? 0) - (other.busy ?? 0);
  const weights = scored(queue);
  if (weights.length === 0) return null;
  const worth = ({ attributes }: Candidate) =>
    weights.reduce((sum, { attribute, weight }) => sum + weight * Number(attributes[attribute] ?? 0), 0);
  return (one, other) => worth(other) - worth(one);
}
