/**
 * The order of a numbered stream, such as the events of a conversation: what is due, what came too
 * early, what is missing in between. Pure; whatever arrives in whatever order, each number is due
 * once and in order.
 */

export interface Sequence<T> {
  /** Up to here everything was due, or does not exist. */
  readonly seen: number;
  /** The stream is known to reach at least this far. */
  readonly known: number;
  /** What came before something that is still missing, by its number. */
  readonly held: ReadonlyMap<number, T>;
}

/** The sequence that follows, and what is due now, in order. */
export type Step<T> = readonly [next: Sequence<T>, due: readonly (readonly [seq: number, item: T])[]];

/** What is missing first: numbers after `afterSeq` and before `beforeSeq`. */
export interface Gap {
  readonly afterSeq: number;
  readonly beforeSeq: number;
}

export function startAfter<T>(seen: number): Sequence<T> {
  return { seen, known: seen, held: new Map() };
}

/** One item arrived. What is here already, or was, is dropped. */
export function arrive<T>(sequence: Sequence<T>, seq: number, item: T): Step<T> {
  return fill(sequence, [[seq, item]], sequence.seen);
}

/** The stream reaches at least up to `known`, wherever the rest of it may be. */
export function announce<T>(sequence: Sequence<T>, known: number): Sequence<T> {
  return { ...sequence, known: Math.max(sequence.known, known) };
}

/**
 * A page arrived: of the numbers up to `through` there is nothing but what is in `items` or was
 * here before.
 */
export function fill<T>(sequence: Sequence<T>, items: Iterable<readonly [number, T]>, through: number): Step<T> {
  const held = new Map(sequence.held);
  for (const [seq, item] of items) if (seq > sequence.seen && !held.has(seq)) held.set(seq, item);
  const inOrder = [...held].toSorted(([a], [b]) => a - b);
  let seen = Math.max(sequence.seen, through);
  const due = inOrder.filter(([seq]) => {
    if (seq === seen + 1) seen = seq;
    return seq <= seen;
  });
  for (const [seq] of due) held.delete(seq);
  const known = Math.max(sequence.known, seen, inOrder.at(-1)?.[0] ?? 0);
  return [{ seen, known, held }, due];
}

/** Nothing that is missing will come any more: what waited for it is due. */
export function giveUp<T>(sequence: Sequence<T>): Step<T> {
  return fill(sequence, [], sequence.known);
}

/** What has to be asked for, if anything. */
export function missing<T>({ seen, known, held }: Sequence<T>): Gap | null {
  return seen < known ? { afterSeq: seen, beforeSeq: Math.min(known + 1, ...held.keys()) } : null;
}
