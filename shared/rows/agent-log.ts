/**
 * The logs of agents (AGENT#id / NOTICE#agentSeq), kept for a day, and who has set their state for
 * as long as conversations. Written with the decision that says what is in them.
 */
import * as z from 'zod';
import type { LogEntry, Notice } from '../domain/shown/log.ts';
import type { Store } from '../edge/app.ts';
import { NUMBERED_EVENTS } from '../protocol/manager-events.ts';
import { expiry, type Key, type Table, type Write } from './table.ts';

const DAY_SECONDS = 24 * 3600;
/** For ever, as far as a date can say that. */
const MOST_DAYS = 100 * 365;
const LAST = '9'.repeat(12);

const Stored = z.object({
  agentSeq: z.number(),
  event: z.enum(NUMBERED_EVENTS),
  data: z.unknown(),
  conversationId: z.string().optional(),
  expiresAt: z.number(),
  /** A desk is not told it any more. Missing: as long as it is kept. */
  toldUntil: z.number().optional(),
});

function key(agentId: string, agentSeq: number | string): Key {
  return { pk: `AGENT#${agentId}`, sk: `NOTICE#${String(agentSeq).padStart(12, '0')}` };
}

export function noticeWrite(notice: Notice, at: number, auditDays = 0): Write {
  const { agentId, agentSeq, event, data, conversationId } = notice;
  const toldUntil = expiry(at, DAY_SECONDS);
  const audited = { expiresAt: expiry(at, (auditDays || MOST_DAYS) * DAY_SECONDS), toldUntil };
  const until = event === 'onSupervisorAction' ? audited : { expiresAt: toldUntil };
  return { put: { agentSeq, event, data, conversationId, ...until, ...key(agentId, agentSeq) } };
}

/** Where what is kept about a conversation is in an agent's log. */
export async function logKeys(table: Table, agentId: string, about: string): Promise<Key[]> {
  const rows = await table.query(Stored, { pk: key(agentId, '').pk, sk: { prefix: 'NOTICE#' } });
  return rows.filter(({ conversationId }) => conversationId === about).map(({ agentSeq }) => key(agentId, agentSeq));
}

export function agentLog(table: Table, now: () => number): Pick<Store, 'notices'> {
  return {
    /** An expired row may still be there, with or without those beside it: it does not count. */
    async notices(agentId, { after, limit, whole = false }) {
      const kept: LogEntry[] = [];
      const sk = { from: key(agentId, after + 1).sk, to: key(agentId, LAST).sk };
      if (sk.from > sk.to) return [];
      for await (const page of table.pages(Stored, { pk: key(agentId, LAST).pk, sk, limit })) {
        const until = ({ expiresAt, toldUntil = expiresAt }: z.output<typeof Stored>) =>
          whole ? expiresAt : toldUntil;
        const fresh = page.filter((entry) => until(entry) > now() / 1000);
        kept.push(
          ...fresh.map(({ agentSeq, event, data, conversationId }) => ({ agentSeq, event, data, conversationId })),
        );
        if (kept.length >= limit) break;
      }
      return kept.slice(0, limit);
    },
  };
}
