/**
 * Which CIM events concern a moment only. Desks are told of them as they happen; they are no part
 * of the history that a snapshot shows.
 */
import type { CimEventName } from './cim.ts';

export const MOMENTARY: ReadonlySet<string> = new Set([
  'TYPING_INDICATOR',
  'AGENT_SLA',
  'AGENT_SLA_STARTED',
  'AGENT_SLA_STOPPED',
  'AGENT_SLA_EXPIRED',
  'HOLD_TIMER',
  'ACTION_MESSAGE',
] satisfies CimEventName[]);
