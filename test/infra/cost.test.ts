/**
 * What the local runtime says that the last hour would have cost: counted where AWS counts, by
 * AWS's prices.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openCostMeter } from '../../infra/cost/meter.ts';
import { AS_OF, billOf, components, nothing, prices, together } from '../../infra/cost/prices.ts';
import { utilisationOf } from '../../infra/cost/scaling.ts';
import { start, type LocalStack } from '../../infra/local/start.ts';
import { Desk } from '../support/desk.ts';

/** What the greeting has set going has ended: nothing is invoked any more. */
async function quiet({ costs }: LocalStack): Promise<void> {
  do {
    costs?.since();
    await sleep(1_500);
  } while (costs?.since()['Lambda requests']);
}

describe('A bill', () => {
  it('is what was used of each component, times its price', () => {
    const million = { ...nothing(), 'DynamoDB writes': 1e6, 'WebSocket messages': 2e6, Egress: 1 };
    const { total, ...bill } = billOf(together([1, million], [2, { ...nothing(), 'SQS requests': 1e6 }]));
    expect(bill).toMatchObject({
      'DynamoDB writes': 0.625,
      'WebSocket messages': 2,
      Egress: 0.09,
      'SQS requests': 0.8,
    });
    expect(total).toBeCloseTo(0.625 + 2 + 0.09 + 0.8, 10);
  });

  it('goes through the tiers of a month', () => {
    const hour = { ...nothing(), 'WebSocket messages': 4_000, 'HTTP API calls': 100 };
    // Four billion messages: the first at a dollar a million, three at 80 cents.
    const { 'WebSocket messages': messages, 'HTTP API calls': calls } = billOf(hour, { timesAMonth: 1e6, utilisation: null }); // prettier-ignore
    expect(messages * 1e6).toBeCloseTo(1_000 + 3 * 800, 6);
    expect(calls * 1e6).toBeCloseTo(100, 6);
  });

  it('is of the hours of a provisioned table, used or not', () => {
    const hour = { ...nothing(), 'DynamoDB writes': 3_600, 'DynamoDB reads': 3_600, 'SQS requests': 1e6 };
    expect(billOf(hour, { timesAMonth: 1, utilisation: 0.5 })).toMatchObject({
      'DynamoDB writes': 2 * 0.000_65,
      'DynamoDB reads': 2 * 0.000_13,
      'SQS requests': 0.4,
    });
  });

  it('is of an hour: what was before it counts no more', () => {
    let now = 0;
    const meter = openCostMeter(() => now);
    meter.invoked('agent/heartbeat');
    now = 30 * 60_000;
    meter.invoked('platform/getAgent');
    expect(meter.lastHour()).toMatchObject({ 'Lambda requests': 2, 'WebSocket messages': 1, 'HTTP API calls': 1 });
    now = 61 * 60_000;
    meter.invoked('timers/due');
    expect(meter.lastHour()).toMatchObject({ 'Lambda requests': 2, 'WebSocket messages': 0, 'HTTP API calls': 1 });
  });
});

describe('Provisioned capacity that follows what is used', () => {
  const hours = (...units: number[]) => units.flatMap((now) => Array.from({ length: 60 }, () => now));

  it('is used to its target where nothing changes', () => {
    expect(utilisationOf(hours(70, 70), 0.7)).toBeCloseTo(0.7, 10);
  });

  it('grows after two minutes above the target, and the hour in which it does is paid as its highest', () => {
    // In the second minute of the second hour.
    expect(utilisationOf(hours(70, 140), 0.7)).toBeCloseTo((70 + 140) / (100 + 200), 10);
    expect(utilisationOf([...hours(70), 140, ...hours(70).slice(1)], 0.7)).toBeCloseTo((119 * 70 + 140) / (120 * 100), 10); // prettier-ignore
  });

  it('shrinks after fifteen minutes far below it, and not for less', () => {
    expect(utilisationOf(hours(70, 35, 35), 0.7)).toBeCloseTo((70 + 35 + 35) / (100 + 100 + 50), 10);
    expect(utilisationOf(hours(70, 51, 51), 0.7)).toBeCloseTo((70 + 51 + 51) / 300, 10);
  });

  it('shrinks four times a day at any time, and then once an hour', () => {
    const falling = [1_000, 500, 250, 125, 62, 31].flatMap((now) => Array.from({ length: 20 }, () => now));
    const day = [...falling, ...hours(31, 31)];
    const used = day.reduce((sum, now) => sum + now, 0);
    // In minutes 35, 55, 75 and 95; the fifth time an hour after the fourth.
    expect(utilisationOf(day, 1)).toBeCloseTo(used / (60 * (1_000 + 250 + 62 + 31)), 10);
  });
});

describe('GET /cost', () => {
  it('says what a heartbeat uses: a frame, its answer, a write and an invocation', async () => {
    const stack = await start({ demo: true, meterCosts: true });
    try {
      const desk = await Desk.greeted(stack.wsUrl, await stack.token('amy'));
      await desk.ask('heartbeat');
      await quiet(stack);
      for (const id of ['1', '2', '3']) await desk.ask('heartbeat', {}, id);
      const { 'DynamoDB writes': writes, 'WebSocket messages': messages, 'Lambda requests': requests } = stack.costs?.since() ?? nothing(); // prettier-ignore
      expect({ writes, messages, requests }).toEqual({ writes: 3, messages: 6, requests: 3 });
      const bill = (await (await fetch(`${stack.httpUrl}/cost`)).json()) as { usd: number; byComponent: { component: string; used: number; usd: number }[] }; // prettier-ignore
      expect(bill).toMatchObject({ hours: 1, pricesOf: AS_OF });
      expect(bill.byComponent.map(({ component }) => component)).toEqual(components);
      expect(bill.usd).toBeCloseTo(
        bill.byComponent.reduce((sum, { usd }) => sum + usd, 0),
        12,
      );
      const messagesOfHour = bill.byComponent.find(({ component }) => component === 'WebSocket messages');
      expect(messagesOfHour?.usd).toBeCloseTo((messagesOfHour?.used ?? 0) * prices['WebSocket messages'].usd, 12);
      expect(messagesOfHour?.used).toBeGreaterThan(10); // the greeting, too
      desk.vanish();
    } finally {
      await stack.stop();
    }
  });
});
