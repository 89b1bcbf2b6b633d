/**
 * Who of several who match gets a request: the longest available, unless the queue wants the most
 * skilled or who has the fewest conversations, or the customer's channel the most or least skilled.
 */
import * as z from 'zod';
import type { ChannelSession } from '../../protocol/shapes/cim.ts';
import type { Queue } from '../../protocol/shapes/config.ts';
import type { Attributes } from '../agent/agent.ts';

export type Choosing = Pick<Queue, 'steps'> & Partial<Pick<Queue, 'selection' | 'score'>>;

/** What a channel may want rather (`agentSelectionPolicy`). */
export const AgentSelection = z.enum(['MOST_SKILLED', 'LEAST_SKILLED']);
export type AgentSelection = z.output<typeof AgentSelection>;

/**
 * Platforms send LONGEST_AVAILABLE where nobody has chosen anything, so that leaves it to the
 * queue, and so does what is not known here.
 */
export function selectionOf({ channel }: ChannelSession): AgentSelection | undefined {
  return AgentSelection.safeParse(channel.channelConfig?.routingPolicy?.['agentSelectionPolicy']).data;
}

interface Candidate {
  readonly attributes: Attributes;
  /** How many conversations they have on the MRD. */
  readonly busy?: number | undefined;
}

/** What counts how much: as is configured, or each attribute that the steps name, alike. */
export function scored(queue: Choosing): Score[] {
  return queue.selection === 'BEST_SKILLED' ? skills(queue) : [];
}

type Score = Pick<Queue['score'][number], 'attribute' | 'weight'>;

function skills({ steps, score = [] }: Choosing): Score[] {
  const named = steps.flatMap(({ expressions }) => expressions.map(({ attribute }) => attribute));
  return score.length > 0 ? score : [...new Set(named)].map((attribute) => ({ attribute, weight: 1 }));
}

/**
 * Below 0: rather the first of the two; 0: who is available longer. null: that is all that counts.
 */
export function rather(
  queue: Choosing,
  wanted?: AgentSelection,
): ((one: Candidate, other: Candidate) => number) | null {
  if (!wanted && queue.selection === 'FEWEST_CONVERSATIONS') return (one, other) => (one.busy ?? 0) - (other.busy ?? 0);
  const weights = wanted ? skills(queue) : scored(queue);
  if (weights.length === 0) return null;
  const worth = ({ attributes }: Candidate) =>
    weights.reduce((sum, { attribute, weight }) => sum + weight * Number(attributes[attribute] ?? 0), 0);
  return (one, other) => (wanted === 'LEAST_SKILLED' ? worth(one) - worth(other) : worth(other) - worth(one));
}
