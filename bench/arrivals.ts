/**
 * What an arrival costs in calls of the database: by how many agents could be asked, and how many
 * customers come at the same moment.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, type LocalStack } from '../infra/local/start.ts';
import { webSession } from '../test/support/contact-centre.ts';
import { crowd } from '../test/support/crowd.ts';
import { Desk } from '../test/support/desk.ts';
import { call } from './people.ts';
import { table } from './print.ts';

const HOLD_MS = 5;
/** Longer than the timers that do follow-up work again. */
const SETTLED_MS = 3_500;
const AT_ONCE = [1, 2, 8];
const QUEUE = 'arrivals';

export async function arrivals(): Promise<void> {
  const stack = await start({ demo: true, environment: { GRACE_SECONDS: '600' } });
  stack.database.faults.hold(HOLD_MS);
  const meter = stack.database.meter();
  const rows: (string | number)[][] = [];
  let agents = 0;
  try {
    const { desks, like } = await staff(stack);
    for (const more of [50, 150, 600]) {
      await crowd(stack, like, more);
      agents += more;
      const cells: (string | number)[] = [agents];
      for (const atOnce of AT_ONCE) {
        await sleep(SETTLED_MS);
        meter.reset();
        const started = await Promise.all(Array.from({ length: atOnce }, () => arrives(stack)));
        await sleep(SETTLED_MS);
        cells.push((meter.calls.length / atOnce).toFixed(1));
        await Promise.all(started.map((id) => call(stack, 'DELETE', `/conversations/${id}`, {})));
      }
      rows.push(cells);
    }
    for (const desk of desks) desk.vanish();
  } finally {
    await stack.stop();
  }
  table('Database calls per arrival', ['agents', ...AT_ONCE.map((n) => `${n} at once`)], rows);
}

/** Desks for all who come at once; the crowd behind them is never asked. */
async function staff(stack: LocalStack): Promise<{ desks: Desk[]; like: string }> {
  const steps = [{ expressions: [{ attribute: QUEUE, operator: '==', value: 1 }], timeoutSeconds: 600 }];
  await call(stack, 'PUT', `/config/queues/${QUEUE}`, { name: QUEUE, mrdId: 'CHAT', steps });
  const ids = Array.from({ length: Math.max(...AT_ONCE) }, () => randomUUID());
  const desks = await Promise.all(
    ids.map(async (id) => {
      await call(stack, 'PUT', `/config/agents/${id}`, { attributes: { [QUEUE]: 1 } });
      const token = await stack.token({ id, firstName: 'Pat', lastName: 'Bench', roles: ['agent'] });
      const desk = await Desk.greeted(stack.wsUrl, token);
      await desk.become('READY');
      return desk;
    }),
  );
  return { desks, like: ids[0] ?? '' };
}

async function arrives(stack: LocalStack): Promise<string> {
  const channelSession = webSession(randomUUID());
  const { conversationId } = await call(stack, 'POST', '/conversations', { channelSession, queue: QUEUE });
  return String(conversationId);
}
