/**
 * When a client does what it does at random times: the renewal of a connection, and coming back
 * after it was lost.
 */
import { describe, expect, it } from 'vitest';
import { machineClock } from '../../../shared/client/clock.ts';
import { backoffMs, renewalMs, settingsOf, type ConnectOptions } from '../../../shared/client/options.ts';

const MINUTE_MS = 60_000;
const settings = (options: Partial<ConnectOptions>) => settingsOf({ url: 'wss://desk.example/prod', token: 'x', ...options }); // prettier-ignore

describe('A connection is renewed', () => {
  it.each([
    ['at the earliest after 100 minutes', 0, 100 * MINUTE_MS],
    ['in between at random', 0.4, 106 * MINUTE_MS],
    ['before 115 minutes are over', 1, 115 * MINUTE_MS],
  ])('%s', (_, chance, ms) => {
    expect(renewalMs(settings({ random: () => chance }))).toBe(ms);
  });

  it.each([
    [0, 1_000],
    [0.5, 1_250],
    [1, 1_500],
  ])('within other bounds where they are set (%d)', (chance, ms) => {
    expect(renewalMs(settings({ random: () => chance, renewAfterMs: { min: 1_000, max: 1_500 } }))).toBe(ms);
  });

  it('at moments that differ from desk to desk, if nobody says otherwise', () => {
    const moments = Array.from({ length: 200 }, () => renewalMs(settings({})));
    expect(new Set(moments).size).toBeGreaterThan(150);
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(100 * MINUTE_MS);
    expect(Math.max(...moments)).toBeLessThan(115 * MINUTE_MS);
  });
});

describe('A lost connection is opened again', () => {
  it.each([
    ['after up to a second', 0, 1_000],
    ['after up to twice as long each time', 3, 8_000],
    ['after up to half a minute in the end', 5, 30_000],
    ['after up to half a minute however long it has been', 5_000, 30_000],
  ])('%s', (_, failures, longest) => {
    expect(backoffMs(settings({ random: () => 1 }), failures)).toBe(longest);
    expect(backoffMs(settings({ random: () => 0.25 }), failures)).toBe(longest / 4);
    expect(backoffMs(settings({ random: () => 0 }), failures)).toBe(0);
  });

  it('as is set, and otherwise as ever', () => {
    expect(backoffMs(settings({ random: () => 1, backoff: { baseMs: 10 } }), 20)).toBe(30_000);
    expect(backoffMs(settings({ random: () => 1, backoff: { maxMs: 1_500 } }), 1)).toBe(1_500);
  });
});

describe('Time', () => {
  it('is the machine’s, unless it is set up with another one', () => {
    const clock = { ...machineClock, now: () => 5 };
    expect([settings({}).clock, settings({ clock }).clock.now()]).toEqual([machineClock, 5]);
  });
});

describe('The reason why a socket does not open', () => {
  const asked = (url: string) => settings({ url }).handshakeUrls;

  it.each([
    ['wss://desk.example/prod', 'https://desk.example/handshake'],
    ['ws://127.0.0.1:3000/local', 'http://127.0.0.1:3000/handshake'],
  ])('is asked for beside %s', (url, handshakeUrl) => {
    expect(asked(url)).toEqual([handshakeUrl]);
    expect(settings({ url, handshakeUrl: 'https://api.example/handshake' }).handshakeUrls).toEqual(['https://api.example/handshake']); // prettier-ignore
  });

  it.each([
    ['wss://socket.example.com/prod', 'https://api.example.com/handshake'],
    ['wss://ws-test.agents.example.co.uk', 'https://api-test.agents.example.co.uk/handshake'],
    ['wss://eu-websocket.beispiel.de:8443', 'https://eu-api.beispiel.de/handshake'],
  ])('is asked for at the API beside %s, too', (url, beside) => {
    expect(asked(url).slice(1)).toEqual([beside]);
    expect(asked(url)[0]).toBe(`https://${new URL(url).host}/handshake`);
  });

  it.each([
    'wss://a1b2c3.execute-api.eu-central-1.amazonaws.com/prod',
    'wss://ws.execute-api.eu-central-1.amazonaws.com/prod',
    'wss://socket.co.uk',
    'wss://ws.com.au/prod',
    'wss://socket.de',
    'wss://ws.herokuapp.com',
    'wss://socket.eu-west-1.elb.amazonaws.com',
    'wss://ws.github.io',
    'wss://desk.example.com',
    'wss://news.example.com',
    'ws://socket:3000',
    'ws://10.0.0.1:3000',
    'ws://[::1]:3000',
  ])('is asked for nowhere else where a stranger could be: %s', (url) => {
    expect(asked(url)).toHaveLength(1);
  });
});
