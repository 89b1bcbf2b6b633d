/**
 * How fast one connection may send, when its frames are spread over many instances of which each
 * hears few.
 */
import { describe, expect, it } from 'vitest';
import type { App, Verdict } from '../../shared/edge/app.ts';
import { Buckets, heard } from '../../shared/edge/pace.ts';
import { smallWorld } from '../../shared/memory/world.ts';

const settings = { framesPerSecond: 50, framesOverSeconds: 5 } as App['settings'];

/** So many instances, and a connection whose frames go round them; `leased` from the start. */
async function spread(instances: number, leased: boolean) {
  const small = smallWorld();
  const apps = Array.from({ length: instances }, () => small.app());
  const [first] = apps;
  if (!first) throw new Error('no instance');
  const start = small.clock.now();
  await first.connections.open({ id: 'c', agentId: 'amy', epoch: 1, at: start, check: 'x' });
  if (leased) await first.connections.beginLease('c', start, 45, 'x');
  /** One frame after the other, at a rate. */
  const send = async (count: number, perSecond: number): Promise<Verdict[]> => {
    const verdicts: Verdict[] = [];
    const from = start + 1_000;
    for (let n = 0; n < count; n++) {
      const app = apps[n % instances] ?? first;
      const at = from + (n * 1000) / perSecond;
      verdicts.push(app.pace.arrived('c', at, app.settings));
      await heard(app, 'c', at);
    }
    return verdicts;
  };
  return { apps, first, send };
}

describe.each([true, false])('A connection (with a lease: %s) whose frames meet forty instances', (leased) => {
  it('is bounded as a whole: a frame or two for each instance more, and then it is closed', async () => {
    const { send } = await spread(40, leased);
    const verdicts = await send(1_000, 1_000);
    const taken = verdicts.filter((verdict) => verdict === 'taken').length;
    expect(taken).toBeGreaterThanOrEqual(250);
    expect(taken).toBeLessThanOrEqual(250 + 50 + 2 * 40);
    expect(verdicts).toContain('refused');
    expect(verdicts).toContain('closed');
  });

  it('may send at the rate for as long as it likes', async () => {
    const { send } = await spread(40, leased);
    expect(new Set(await send(50 * 60, 50))).toEqual(new Set(['taken']));
  });
});

it('A lease that began elsewhere is renewed by an instance that knew of none.', async () => {
  const { apps, first } = await spread(2, false);
  const other = apps[1] ?? first;
  const hears = async (app: App, at: number) => {
    app.pace.arrived('c', at, app.settings);
    await heard(app, 'c', at);
  };
  await hears(other, 1_000);
  await hears(other, 2_000);
  expect(await other.connections.lease('c')).toMatchObject({ lastSeen: null });
  await first.connections.beginLease('c', 3_000, 45, 'y');
  await hears(other, 4_000);
  expect(await other.connections.lease('c')).toMatchObject({ lastSeen: 4_000 });
});

describe('A bucket', () => {
  it('empties at the rate, takes as much as fits, and no quiet time lets more in', () => {
    const pace = new Buckets();
    const taken = (at: number, count: number) =>
      Array.from({ length: count }, () => pace.arrived('c', at, settings)).filter((one) => one === 'taken').length;
    expect(taken(0, 251)).toBe(250);
    expect(taken(1_000, 60)).toBe(49); // the one that was refused counts as well
    expect(taken(3_600_000, 400)).toBe(250);
  });

  it('is one for each connection, of the thousand that were heard last', () => {
    const pace = new Buckets();
    for (let n = 0; n < 251; n++) pace.arrived('loud', 0, settings);
    for (let n = 0; n < 999; n++) expect(pace.arrived(`calm-${n}`, 0, settings)).toBe('taken');
    expect(pace.arrived('loud', 0, settings)).toBe('refused');
    for (let n = 0; n < 1_000; n++) pace.arrived(`other-${n}`, 0, settings);
    expect(pace.arrived('loud', 0, settings)).toBe('taken');
  });

  it('is filled by what others hear since it is known, and by no count that comes late, or of nothing', () => {
    const pace = new Buckets();
    const taken = (count: number) =>
      Array.from({ length: count }, () => pace.arrived('c', 0, settings)).filter((one) => one === 'taken').length;
    pace.counted('c', 7, true); // nobody has heard it yet
    expect(taken(1)).toBe(1);
    pace.counted('c', null, false); // it has no row
    pace.counted('c', 1_000, true); // others have heard 999 before
    pace.counted('c', 1_200, true); // and 200 since
    pace.counted('c', 1_100, true); // which comes late
    expect(taken(100)).toBe(49);
  });

  it('is told once that it is closed, and closed again a second later where that has not ended it', () => {
    const pace = new Buckets();
    const verdicts = (at: number, count: number) =>
      Array.from({ length: count }, () => pace.arrived('c', at, settings)).filter((one) => one !== 'refused');
    verdicts(0, 500);
    expect(verdicts(0, 3)).toEqual(['closed', 'silent', 'silent']);
    expect(verdicts(999, 60).at(-1)).toBe('silent');
    expect(verdicts(1_000, 3)).toEqual(['closed', 'silent', 'silent']);
  });
});
