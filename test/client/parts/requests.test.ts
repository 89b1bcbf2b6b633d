/**
 * What becomes of a request that is refused for the moment only: it is sent again under its id, for
 * another id might do it twice.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { machineClock } from '../../../shared/client/clock.ts';
import { Requests } from '../../../shared/client/session/requests.ts';
import type { Code } from '../../../shared/protocol/codes.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function client() {
  const sent: { action: string; id: string }[] = [];
  let ids = 0;
  const requests = new Requests((text) => void sent.push(JSON.parse(text)), {
    newId: () => `r${++ids}`,
    resendMs: 15_000,
    patienceMs: 30_000,
    clock: machineClock,
  });
  requests.ready();
  return { requests, sent, ids: () => sent.map(({ id }) => id) };
}

const refusal = (id: string, code: Code) => ({ id, status: 'error' as const, code, msg: 'Not now.' });
const say = { conversationId: 'c1' };

describe('A request that is refused for the moment', () => {
  it.each<Code>(['state.conflict', 'internal'])(
    'with %s is sent again under its id until it is granted',
    async (code) => {
      const { requests, ids } = client();
      const outcome = requests.ask('publishCimEvent', say, Infinity);
      expect(requests.asksAgain({ task: 'publishCimEvent', ...refusal('r1', code) })).toBe(true);
      for (let times = 2; times <= 4; times++) {
        expect(requests.acknowledged(refusal('r1', code))).toBe('done');
        await vi.advanceTimersByTimeAsync(1_000);
        expect(ids()).toEqual(Array.from({ length: times }, () => 'r1'));
      }
      requests.acknowledged({ id: 'r1', status: 'ok', seq: 7 });
      expect(await outcome).toMatchObject({ status: 'ok', seq: 7 });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(ids()).toHaveLength(4);
    },
  );

  it('keeps those behind it waiting, so that the order stays', async () => {
    const { requests, ids } = client();
    const outcomes = [1, 2].map(() => requests.ask('publishCimEvent', say, Infinity));
    requests.acknowledged(refusal('r1', 'state.conflict'));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(ids()).toEqual(['r1', 'r1']);
    requests.acknowledged({ id: 'r1', status: 'ok' });
    requests.acknowledged({ id: 'r2', status: 'ok' });
    await Promise.all(outcomes);
    expect(ids()).toEqual(['r1', 'r1', 'r2']);
  });

  it('is granted by the answer to either of two copies, whichever comes first', async () => {
    const { requests } = client();
    const outcome = requests.ask('publishCimEvent', say, Infinity);
    requests.acknowledged(refusal('r1', 'state.conflict')); // the copy that lost against the other
    requests.acknowledged({ id: 'r1', status: 'ok', seq: 3 });
    expect(await outcome).toMatchObject({ seq: 3 });
  });

  it('is refused in the end, and the desk hears why', async () => {
    const { requests, ids } = client();
    const outcome = requests.ask('publishCimEvent', say, Infinity);
    const refused = expect(outcome).rejects.toMatchObject({ code: 'internal', conversationId: 'c1', retry: true });
    for (let seconds = 0; seconds < 30; seconds++) {
      requests.acknowledged(refusal('r1', 'internal'));
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(requests.asksAgain({ task: 'publishCimEvent', ...refusal('r1', 'internal') })).toBe(false);
    requests.acknowledged(refusal('r1', 'internal'));
    await refused;
    expect(ids()).toHaveLength(31);
  });
});

describe('What is refused because there were too many frames', () => {
  it('is refused at once, and not sent again by itself: that would be more of them', async () => {
    const { requests, ids } = client();
    const outcome = requests.ask('publishCimEvent', say, Infinity);
    const refused = expect(outcome).rejects.toMatchObject({ code: 'frame.tooMany', retry: true });
    expect(requests.asksAgain({ task: 'publishCimEvent', ...refusal('r1', 'frame.tooMany') })).toBe(false);
    requests.acknowledged(refusal('r1', 'frame.tooMany'));
    await refused;
    await vi.advanceTimersByTimeAsync(60_000);
    requests.lost(1000);
    requests.ready();
    expect(ids()).toEqual(['r1']);
  });
});

describe('When a connection is lost', () => {
  const say = (requests: Requests, conversationId: string, text: string) =>
    requests.ask('publishCimEvent', { conversationId, text }, Infinity).then(
      () => 'done',
      (error: { code: string }) => error.code,
    );
  const lose = (requests: Requests, code?: number) => {
    requests.lost(code);
    requests.ready();
  };

  it('with 1009, the largest of what was sent over it is not sent again', async () => {
    const { requests, ids } = client();
    void say(requests, 'c1', 'small');
    const large = say(requests, 'c2', 'much larger');
    requests.heard(); // of something else, before the frame was read
    lose(requests, 1009);
    expect(await large).toBe('frame.tooLarge');
    expect(ids()).toEqual(['r1', 'r2', 'r1']);
  });

  it.each<[string, number | undefined, boolean]>([
    ['in order', 1001, false],
    ['because it is given up', undefined, false],
    ['after something came', 1006, true],
  ])('%s, nothing that was sent is to blame', async (_, code, heard) => {
    const { requests, sent } = client();
    const outcome = say(requests, 'c1', 'text');
    for (let times = 0; times < 5; times++) {
      if (heard) requests.heard();
      lose(requests, code);
    }
    expect(sent).toHaveLength(6);
    requests.acknowledged({ id: 'r1', status: 'ok' });
    expect(await outcome).toBe('done');
  });

  it('again and again, only what was sent last before each loss is to blame', async () => {
    const { requests, ids } = client();
    const outcome = say(requests, 'c1', 'text');
    lose(requests, 1006);
    lose(requests, 1006);
    requests.heard();
    lose(requests, 1006);
    lose(requests, 1006);
    lose(requests, 1006);
    lose(requests, 1006);
    expect(await outcome).toBe('client.connectionLost');
    expect(ids()).toHaveLength(6);
  });
});

it('A request that is refused for a reason that stays is refused at once', async () => {
  const { requests, ids } = client();
  const outcome = requests.ask('publishCimEvent', say, Infinity);
  requests.acknowledged(refusal('r1', 'agent.notRoutable'));
  await expect(outcome).rejects.toMatchObject({ code: 'agent.notRoutable' });
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids()).toEqual(['r1']);
});
