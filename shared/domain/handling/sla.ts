/**
 * The agent's response time. It runs while a customer waits for an answer, an agent is there and
 * the conversation is not on hold; desks are told at three shares of it, and at its end the
 * customer goes to somebody else.
 */
import { depart } from './leaving.ts';
import { goHome } from './queueing.ts';
import { agentsOf, hasPrimary } from '../conversation/participants.ts';
import type { Draft } from '../conversation/draft.ts';
import { passedOver } from '../conversation/unanswered.ts';

/** What a desk does at which share (percent) of the time. */
const ACTIONS: Record<number, string> = { 50: 'CHANGE_COLOR', 75: 'CHANGE_COLOR_TO_RED', 90: 'SHOW_POPUP' };

/**
 * Starts the clock, unless it runs already, nobody is there to answer, they speak with each other,
 * or the queue has none.
 */
export function startSla(draft: Draft): void {
  const { conversation, at } = draft;
  const totalSeconds = conversation.home?.rules.agentSlaSeconds ?? null;
  const due = hasPrimary(conversation) && conversation.calls.length === 0;
  if (totalSeconds === null || conversation.sla || conversation.hold || !due) return;
  draft.change({ sla: { startedAt: at, totalSeconds, shown: 0 } });
  logSla(draft, 'AGENT_SLA_STARTED', 'START_TIMER');
}

export function stopSla(draft: Draft): void {
  if (!draft.conversation.sla) return;
  logSla(draft, 'AGENT_SLA_STOPPED', 'STOP_TIMER');
  draft.change({ sla: null });
}

/** The agent asks for time: a clock that runs starts from the beginning. */
export function restartSla(draft: Draft): void {
  if (!draft.conversation.sla) return;
  stopSla(draft);
  startSla(draft);
}

export function slaReached(draft: Draft, { startedAt, share }: { startedAt: number; share: number }): void {
  const { sla } = draft.conversation;
  if (sla?.startedAt !== startedAt || share <= sla.shown || draft.at < startedAt + sla.totalSeconds * 10 * share)
    return;
  const action = ACTIONS[share];
  draft.change({ sla: { ...sla, shown: share } });
  if (action) return logSla(draft, 'AGENT_SLA_STARTED', action);
  logSla(draft, 'AGENT_SLA_EXPIRED', 'EXPIRED');
  draft.change({ sla: null });
  draft.log({ name: 'REMOVE_ALL_AGENTS', data: { reason: 'AGENT_SLA_EXPIRED' } });
  const silent = agentsOf(draft.conversation).map(([agentId]) => agentId); // who only advised was not there to answer
  const { rules } = draft.conversation.home ?? {};
  for (const [agentId, { role }] of Object.entries(draft.conversation.participants)) {
    if (role === 'WRAP_UP') continue;
    const how = { closed: 'RESPONSE_TIMEOUT', departure: 'SLA_EXPIRED', goodbye: 'AGENT SLA EXPIRED' } as const;
    depart(draft, agentId, rules && silent.includes(agentId) ? { ...how, policy: rules.slaPolicy } : how);
  }
  goHome(draft, rules ? passedOver(draft, silent, rules) : {});
}

/** Durations in seconds; `startTime` as desks read it, in UTC. */
export function slaDetails(sla: { startedAt: number; totalSeconds: number; shown: number } | null) {
  if (!sla) return { totalDuration: null, action: null, startTime: null };
  return {
    totalDuration: sla.totalSeconds,
    action: ACTIONS[sla.shown] ?? 'START_TIMER',
    startTime: utc(sla.startedAt),
  };
}

function logSla(
  draft: Draft,
  name: 'AGENT_SLA_STARTED' | 'AGENT_SLA_STOPPED' | 'AGENT_SLA_EXPIRED',
  action: string,
): void {
  draft.log({ name, data: { ...slaDetails(draft.conversation.sla), action } });
}

/** `yyyy-MM-dd HH:mm:ss`. */
function utc(at: number): string {
  return new Date(at).toISOString().slice(0, 19).replace('T', ' ');
}
