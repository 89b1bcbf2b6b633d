/**
 * What a change of configuration concerns, beyond who reads it the next time: agents who are signed
 * in, and those who wait in a queue. They may be thousands, so each of these is worked through by a
 * chain of timers, a page at a time.
 */
import type { ConfigKind, ConfigOf } from '../../protocol/shapes/config.ts';
import { alike } from '../alike.ts';
import { BACKUP_MS, type Deadline, type Timer } from '../effect.ts';
import { scored } from '../choosing/selection.ts';

type InForce = Extract<Timer, { kind: 'profilesDue' | 'queueDue' }>;
type Item = ConfigOf<ConfigKind> | null;

/**
 * Longer than any function runs. Whoever has read what was configured before has saved by then;
 * what they have saved is found by the chain that begins now, or else by the one that begins then.
 * That one is started before the change is saved, so a crash loses nothing.
 */
const AGAIN_MS = 30_000;

/**
 * An MRD is in the state of every agent; a queue is in their lines, and in the requests that wait
 * in it.
 */
export function concernedBy(kind: ConfigKind, id: string, before: Item, after: Item): InForce[] {
  if (alike(before, after)) return [];
  const profiles = { kind: 'profilesDue' as const, after: null };
  if (kind === 'mrds') return [profiles];
  if (kind !== 'queues') return [];
  const moved = !alike(linesOf(before), linesOf(after));
  const waiting = !alike(placesOf(before), placesOf(after));
  return [
    ...(moved ? [profiles] : []),
    ...(moved || waiting ? [{ kind: 'queueDue' as const, queueId: id, after: null }] : []),
  ];
}

function linesOf(item: Item) {
  return item && 'steps' in item
    ? { mrdId: item.mrdId, steps: item.steps, told: [item.requirable, scored(item)] }
    : null;
}

function placesOf(item: Item) {
  if (!item || !('priority' in item)) return null;
  const { priority, ageingSeconds, overflow, maxPerAgent } = item;
  return { priority, ageingSeconds, overflow, maxPerAgent };
}

/**
 * Before the change is saved: what sees to it in any case, soon after if the process dies then.
 * After: what sees to it at once.
 */
export function inForce(timers: readonly InForce[], at: number): { before: Deadline[]; after: Deadline[] } {
  const due = (dueAt: number) => timers.map((timer) => ({ key: `${JSON.stringify(timer)}#${dueAt}`, dueAt, timer }));
  return { before: [...due(at + BACKUP_MS), ...due(at + AGAIN_MS)], after: due(at) };
}
