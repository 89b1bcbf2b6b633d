/**
 * How a connection shows that it lives, and notices that it does not: on timers that may be late,
 * in a page that may be hidden.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { machineClock } from '../../../shared/client/clock.ts';
import { Connection } from '../../../shared/client/session/connection.ts';

const BEAT_MS = 5_000;

/** The other end of a socket, which answers only what it is told to. */
class Line {
  static last: Line;
  readyState = 1;
  readonly sent: { action: string; data: { leaseSeconds?: number }; id: string }[] = [];
  onopen = () => {};
  onmessage: (message: { data: string }) => void = () => {};
  onerror = () => {};
  onclose: (closing: { code: number }) => void = () => {};

  constructor() {
    Line.last = this;
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  close() {}

  answer(more: object = {}) {
    this.onmessage({
      data: JSON.stringify({ event: 'ack', data: { id: this.sent.at(-1)?.id, status: 'ok', ...more } }),
    });
  }

  get beats() {
    return this.sent.filter(({ action }) => action === 'heartbeat');
  }
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function connected(heartbeatMs = BEAT_MS) {
  const ended: string[] = [];
  let ids = 0;
  const connection = new Connection(
    {
      url: '',
      token: '',
      sessionKey: undefined,
      WebSocket: Line,
      heartbeatMs,
      openTimeoutMs: 20_000,
      newId: () => `b${++ids}`,
      clock: machineClock,
    },
    { opened: () => {}, clocked: () => {}, received: () => {}, ended: (_, reason) => void ended.push(reason) },
  );
  const line = Line.last;
  line.onopen();
  connection.greeted();
  return { connection, line, ended };
}

describe('A heartbeat', () => {
  it('is sent after silence only: whatever is said shows as well that the desk lives', () => {
    const { connection, line } = connected();
    for (let at = 0; at < 60_000; at += 2_000) {
      connection.send('{"action":"x","id":"r"}');
      line.answer();
      vi.advanceTimersByTime(2_000);
      line.answer();
    }
    expect(line.beats).toHaveLength(1); // it begins the lease
    for (let beats = 0; beats < 3; beats++) {
      vi.advanceTimersByTime(BEAT_MS);
      line.answer();
    }
    expect(line.sent.slice(-3)).toEqual([2, 3, 4].map((n) => ({ action: 'heartbeat', data: {}, id: `b${n}` })));
  });

  it.each([
    ['every 25 seconds of silence, where the lease is 75', 75, 25_000],
    ['every 5 seconds, where it is 15', 15, 5_000],
    ['every second, where it is 3', 3, 1_000],
    ['every 25 seconds, where it is longer than that needs', 900, 25_000],
  ])('comes as often as the lease wants: %s', (_, leaseSeconds, ms) => {
    const { line } = connected(25_000);
    vi.advanceTimersByTime(5_000);
    line.answer({ leaseSeconds });
    for (let beats = 1; beats < 5; beats++) {
      expect(line.beats).toHaveLength(beats);
      vi.advanceTimersByTime(ms - 1);
      expect(line.beats).toHaveLength(beats);
      vi.advanceTimersByTime(1);
      line.answer({ leaseSeconds });
    }
  });

  it('asks at once whether the line lives, however seldom it comes, when something is not answered', () => {
    const { connection, line, ended } = connected(25_000);
    vi.advanceTimersByTime(5_000);
    line.answer({ leaseSeconds: 75 });
    vi.advanceTimersByTime(7_000);
    connection.send('{"action":"x","id":"r"}');
    vi.advanceTimersByTime(8_000);
    expect(line.beats).toHaveLength(3); // the first, and one for each look at what was sent
    vi.advanceTimersByTime(15_000);
    expect(ended).toEqual(['ping timeout']);
  });

  it.each([
    ['none of three is answered', false],
    ['nothing that is said instead is answered', true],
  ])('tells that the line is dead: %s', (_, talks) => {
    const { connection, line, ended } = connected();
    for (let at = 0; at < 15_000; at += 1_000) {
      if (talks) connection.send('{"action":"x","id":"r"}');
      vi.advanceTimersByTime(1_000);
    }
    expect(ended).toEqual([]);
    vi.advanceTimersByTime(BEAT_MS);
    expect(ended).toEqual(['ping timeout']);
    expect(line.sent.length).toBeGreaterThan(2);
  });

  it('however late its timer is, a line that answers is alive', () => {
    const { line, ended } = connected();
    for (let minutes = 0; minutes < 10; minutes++) {
      vi.setSystemTime(Date.now() + 3_600_000); // the machine has slept
      vi.advanceTimersByTime(BEAT_MS);
      expect(line.sent).toHaveLength(minutes + 1);
      vi.advanceTimersByTime(100);
      line.answer();
    }
    expect(ended).toEqual([]);
  });
});

describe('A page that is hidden', () => {
  it('asks at once for a lease that it can keep, and when it is seen again for the usual one', () => {
    const page = Object.assign(new EventTarget(), { visibilityState: 'visible' });
    vi.stubGlobal('document', page);
    const become = (state: string) => {
      page.visibilityState = state;
      page.dispatchEvent(new Event('visibilitychange'));
    };
    const { connection, line } = connected();
    become('hidden');
    line.answer({ leaseSeconds: 150 });
    vi.advanceTimersByTime(BEAT_MS);
    line.answer({ leaseSeconds: 150 });
    page.dispatchEvent(new Event('resume'));
    become('visible');
    const [long, usual] = [{ leaseSeconds: 150 }, {}];
    expect(line.sent.map(({ data }) => data)).toEqual([long, long, long, usual]);
    connection.close();
    become('hidden');
    expect(line.sent).toHaveLength(4);
  });

  it('keeps that lease with the beats that its browser lets it send, though one gets lost', () => {
    const A_MINUTE_MS = 60_000;
    const often = setInterval;
    vi.stubGlobal('setInterval', (run: () => void) => often(run, A_MINUTE_MS));
    vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'hidden' }));
    const { line, ended } = connected(25_000);
    for (let minutes = 1; minutes < 10; minutes++) {
      vi.advanceTimersByTime(A_MINUTE_MS);
      expect(line.beats).toHaveLength(minutes);
      const asked = line.beats.at(-1)?.data.leaseSeconds ?? 0;
      expect(asked * 1000).toBeGreaterThan(2 * A_MINUTE_MS);
      if (minutes % 3) line.answer({ leaseSeconds: asked });
    }
    expect(ended).toEqual([]);
  });
});
