/**
 * Every session is looked at now and then, and by one chain of looks, whatever began it and however
 * often a queue delivers one.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { Timer } from '../../shared/domain/effect.ts';
import { contactCentre } from '../support/contact-centre.ts';
import { fire } from '../support/engines.ts';
import { tap, type Tap } from '../support/tap.ts';

const centre = contactCentre({ environment: { LEASE_SECONDS: '600', GRACE_SECONDS: '600' } });
let queue: Tap;
beforeAll(() => {
  queue = tap(centre.stack, 'sqs');
});

type Check = Extract<Timer, { kind: 'sessionCheck' }>;
const Batch = z.object({ Entries: z.array(z.object({ MessageBody: z.string() })) });

/** The checks of an agent that have been started so far, oldest first. */
function checksOf(agentId: string): Check[] {
  const batches = queue.calls.filter(({ operation }) => operation === 'SendMessageBatch');
  const bodies = batches.flatMap(({ input }) => Batch.parse(input).Entries);
  return bodies.flatMap(({ MessageBody }) => {
    const timer = Timer.safeParse(JSON.parse(MessageBody).timer).data;
    return timer?.kind === 'sessionCheck' && timer.agentId === agentId ? [timer] : [];
  });
}

/** Lets everything that was started since be due, in order, and says what that has started. */
async function round(agentId: string, from: number, deliver: (check: Check) => Promise<unknown>): Promise<Check[]> {
  const until = checksOf(agentId);
  for (const check of until.slice(from)) await deliver(check);
  return checksOf(agentId).slice(until.length);
}

const once = (check: Check) => fire(centre.stack, check);

describe('A session', () => {
  it('is looked at after a while, whether or not the end of its connection is told', async () => {
    const person = await centre.person();
    await person.connect();
    expect(checksOf(person.id)).toHaveLength(1);
  });

  it('is looked at by one chain, though its first heartbeat wants a look sooner than the connection did', async () => {
    const person = await centre.person();
    const desk = await person.connect();
    expect(checksOf(person.id)).toHaveLength(1);
    await Promise.all([desk.ask('heartbeat'), desk.ask('heartbeat')]);
    await desk.ask('heartbeat');
    let from = 0;
    for (let rounds = 0; rounds < 3; rounds++) {
      const started = await round(person.id, from, once);
      expect(started).toHaveLength(1);
      from = checksOf(person.id).length - 1;
    }
  });

  it('is looked at by one chain, though a queue delivers each look three times', async () => {
    const person = await centre.person();
    await person.connect();
    await round(person.id, 0, (check) => Promise.all([once(check), once(check)]));
    let from = 1;
    for (let rounds = 0; rounds < 3; rounds++) {
      const until = checksOf(person.id).length;
      const started = await round(person.id, from, async (check) => {
        for (const _ of [1, 2, 3]) await once(check);
      });
      expect(started).toHaveLength(1);
      from = until;
    }
  });

  it('that was begun by a version which named no look has one chain as well', async () => {
    const person = await centre.person();
    await (await person.connect()).ask('heartbeat');
    const [first] = checksOf(person.id);
    if (!first) throw new Error('nobody looks');
    await once({ ...first, check: null });
    expect(checksOf(person.id)).toHaveLength(2);
  });
});
