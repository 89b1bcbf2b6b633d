/** Answers to frames with an id (AGENT#id / REQUEST#frame id), kept for ten minutes. Saved with the change that they answer for. */
import * as z from 'zod';
import { AlreadyAnswered, type Ack, type Requests } from '../edge/app.ts';
import { CODES } from '../protocol/codes.ts';
import { absent, expiry, get, write, type Key, type Write } from './table.ts';

const KEPT_SECONDS = 600;

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
export function requestWrite(agentId: string, ack: Ack): Write {
  const at = Date.now();
  const item = { ack, at, expiresAt: expiry(at, KEPT_SECONDS), ...key(agentId, ack.id) };
  const { expression } = absent();
  const otherwise = () => new AlreadyAnswered(ack.id);
  return {
    put: item,
    where: {
      expression: `${expression} OR #at < :old`,
      names: { '#at': 'at' },
      values: { ':old': at - KEPT_SECONDS * 1000 },
      otherwise,
    },
  };
}

export const requests: Requests = {
  async find(agentId, id) {
    const kept = await get(Kept, key(agentId, id));
    return kept && kept.at >= Date.now() - KEPT_SECONDS * 1000 ? kept.ack : null;
  },
  async keep(agentId, ack) {
    try {
      await write([requestWrite(agentId, ack)]);
      return ack;
    } catch (error) {
      if (!(error instanceof AlreadyAnswered)) throw error;
      return (await requests.find(agentId, ack.id)) ?? ack;
    }
  },
};
