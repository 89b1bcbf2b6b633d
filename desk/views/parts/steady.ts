/**
 * Keeps a list still while the pointer is over it, so that a click reaches what it was aimed at:
 * what has gone keeps its place and does nothing, what is new comes last.
 */
import { useRef, useState } from 'preact/hooks';

const GONE = { inert: true, 'aria-hidden': true } as const;
export type Still = Partial<typeof GONE>;

export function useSteady<T>(items: readonly T[], idOf: (item: T) => string) {
  const [held, hold] = useState(false);
  const shown = useRef<readonly T[]>([]);
  const now = new Map(items.map((item) => [idOf(item), item]));
  if (held) {
    const before = new Set(shown.current.map(idOf));
    const added = items.filter((item) => !before.has(idOf(item)));
    const rows = [...shown.current.map((item) => now.get(idOf(item)) ?? item), ...added];
    shown.current = rows.slice(0, 1 + rows.findLastIndex((item) => now.has(idOf(item)))); // below these nothing can move
  } else {
    shown.current = items;
  }
  return {
    rows: shown.current,
    /** For the element of one item: what has gone can be neither clicked nor heard. */
    still: (item: T) => (now.has(idOf(item)) ? {} : GONE),
    /** For the element around the list. */
    pointer: { onPointerEnter: () => hold(true), onPointerLeave: () => hold(false) },
  };
}
