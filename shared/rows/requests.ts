/**
 * Answers to frames with an id (AGENT#id / REQUEST#frame id), kept for ten minutes. Saved with the
 * change that they answer for.
 */
import * as z from 'zod';
import { AlreadyAnswered, ANSWERS_KEPT_MS, type Ack, type Requests } from '../edge/app.ts';
import { CODES } from '../protocol/codes.ts';
import { expiry, type Key, type Table, type Write } from './table.ts';

const Kept = z.object({
  ack: z.looseObject({
    id: z.string(),
    status: z.enum(['ok', 'error']),
    code: z.enum(CODES).optional(),
    msg: z.string().optional(),
  }),
  at: z.number(),
});

function key(agentId: string, id: string): Key {
  return { pk: `AGENT#${agentId}`, sk: `REQUEST#${id}` };
}

/** An expired row may still be there: it may be replaced, and does not count as an answer. */
export function requestWrite(agentId: string, ack: Ack, at: number): Write {
  const item = { ack, at, expiresAt: expiry(at, ANSWERS_KEPT_MS / 1000), ...key(agentId, ack.id) };
  const test = { any: [{ exists: false }, { below: { at: at - ANSWERS_KEPT_MS } }] };
  return { put: item, where: { test, otherwise: () => new AlreadyAnswered(ack.id) } };
}

export function requests(table: Table, now: () => number): Requests {
  const find = async (agentId: string, id: string) => {
    const kept = await table.get(Kept, key(agentId, id));
    return kept && kept.at >= now() - ANSWERS_KEPT_MS ? kept.ack : null;
  };
  return {
    find,
    async keep(agentId, ack) {
      try {
        await table.write([requestWrite(agentId, ack, now())]);
        return ack;
      } catch (error) {
        if (!(error instanceof AlreadyAnswered)) throw error;
        return (await find(agentId, ack.id)) ?? ack;
      }
    },
  };
}
