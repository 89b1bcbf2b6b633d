/** Whose desk is shown, to every view of it; and what is shown beside it. */
import { signal } from '@preact/signals';
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Desk } from '../state/desk.ts';

export const DeskContext = createContext<Desk | null>(null);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (!desk) throw new Error('This is shown at a desk only.');
  return desk;
}

/** The customers are played beside the desk. */
export const playing = signal(false);
