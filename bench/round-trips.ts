/**
 * Round trips of one desk and of many on the local runtime: frame out, answer in. Two passes; the
 * second one counts.
 */
import { start, type LocalStack } from '../infra/local/start.ts';
import { agentMessage } from '../test/support/contact-centre.ts';
import { Desk } from '../test/support/desk.ts';
import { inConversation } from './people.ts';
import { percentile, table } from './print.ts';

const ROUNDS = 200;
const MANY = 50;

export async function roundTrips(): Promise<void> {
  const stack = await start({ demo: true });
  const rows: (string | number)[][] = [];
  try {
    const { desk, conversationId } = await inConversation(stack, 'amy');
    const cases: [string, (desk: Desk, round: number) => Promise<unknown>][] = [
      ['heartbeat', (to) => to.ask('heartbeat')],
      ['state change', (to, round) => to.become(round % 2 === 0 ? 'NOT_READY' : 'READY')],
      ['publish, echoed', (to) => said(to, conversationId)],
    ];
    for (const [name, act] of cases) {
      const times = await measure([desk], act);
      rows.push([name, 1, percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)]);
    }
    const desks = await many(stack);
    const times = await measure(desks, (to, round) => to.become(round % 2 === 0 ? 'READY' : 'NOT_READY'));
    rows.push(['state change', MANY, percentile(times, 0.5).toFixed(1), percentile(times, 0.99).toFixed(1)]);
  } finally {
    await stack.stop();
  }
  table(
    'Round trips on this machine (gateway, Lambdas and database share it)',
    ['what', 'desks', 'p50 ms', 'p99 ms'],
    rows,
  );
}

async function said(desk: Desk, conversationId: string): Promise<void> {
  const cimEvent = agentMessage('x'.repeat(200));
  desk.send('publishCimEvent', { conversationId, cimEvent });
  await desk.cim('AGENT_MESSAGE', ({ id }) => id === cimEvent.data.id);
}

function many(stack: LocalStack): Promise<Desk[]> {
  const people = Array.from({ length: MANY }, (_, index) => ({
    id: `bench-${index}`,
    firstName: 'Bench',
    lastName: String(index),
    roles: ['agent'],
  }));
  return Promise.all(people.map(async (person) => Desk.greeted(stack.wsUrl, await stack.token(person))));
}

async function measure(
  desks: readonly Desk[],
  act: (desk: Desk, round: number) => Promise<unknown>,
): Promise<number[]> {
  let times: number[] = [];
  for (const _ of ['warm', 'measured']) {
    times = [];
    const rounds = Math.max(4, Math.ceil(ROUNDS / desks.length));
    await Promise.all(
      desks.map(async (desk) => {
        for (let round = 0; round < rounds; round++) {
          desk.frames.length = 0;
          const since = performance.now();
          await act(desk, round);
          times.push(performance.now() - since);
        }
      }),
    );
  }
  return times;
}
