/**
 * What a decision has come to: the data that is passed on from whoever saved it to what is said and
 * what follows.
 */
import type { Agent } from '../../domain/agent/agent.ts';
import type { Decision, LoggedEvent, World } from '../../domain/conversation/conversation.ts';
import type { Effect } from '../../domain/effect.ts';
import type { Caller } from './caller.ts';

export interface Saved {
  readonly before: Partial<World>;
  readonly after: Partial<World>;
  /** false: nothing has changed, and so nothing was written; things are only said. */
  readonly written: boolean;
  readonly events: readonly LoggedEvent[];
  /** The events that desks see, as frames, by `seq`. */
  readonly frames: ReadonlyMap<number, string>;
  readonly effects: readonly Effect[];
  /** Agents who are told their presence even if it did not change. */
  readonly presence: readonly string[];
  readonly by?: Caller | undefined;
}

export interface SavedAgent extends Saved {
  readonly agent: { readonly before: Agent; readonly after: Agent };
}

export interface SavedConversation extends Saved {
  readonly decision: Decision;
}

/**
 * Work that is done step by step: whoever runs it delivers each decision before the next step is
 * taken.
 */
export type Steps<R = void> = AsyncGenerator<Saved, R, void>;
