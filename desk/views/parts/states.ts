/** The states that somebody works in: ready, or not, with or without a reason. */
import type { Reason } from '../../state/directory.ts';
import type { Choice } from './parts.tsx';

export function workStates(
  reasons: readonly Reason[],
  become: (name: 'READY' | 'NOT_READY', reason?: Reason) => () => void,
): (Choice | null)[] {
  return [
    { label: 'Ready', tone: 'ready', run: become('READY') },
    null,
    { label: 'Not ready', tone: 'away', run: become('NOT_READY') },
    ...reasons
      .filter(({ type }) => type === 'NOT_READY')
      .map((reason) => ({ label: reason.name, tone: 'away', run: become('NOT_READY', reason) })),
  ];
}
