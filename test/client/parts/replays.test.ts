/** Pages of what was missed: answers in several frames, late ones, lost ones. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { machineClock } from '../../../shared/client/clock.ts';
import { Replays } from '../../../shared/client/session/replays.ts';

const RESEND_MS = 1_000;

/** A connection that keeps what is asked over it. */
function line() {
  const asked: { data: { afterSeq: number; beforeSeq: number } }[] = [];
  return { asked, send: (text: string) => void asked.push(JSON.parse(text)) };
}

function frame(afterSeq: number, seqs: readonly number[], rest: { nextAfterSeq?: number | null; more?: true } = {}) {
  const events = seqs.map((seq) => ({ seq, cimEvent: `event ${seq}` }));
  const data = { conversationId: 'c1', afterSeq, events, nextAfterSeq: null, ...rest };
  return { event: 'onTopicReplay' as const, data, conversationId: 'c1' };
}

describe('An answer in several frames', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function asking() {
    let id = 0;
    const replays = new Replays({ newId: () => `r${++id}`, resendMs: RESEND_MS, clock: machineClock });
    const connection = line();
    replays.ready(connection);
    const answer = replays.topicPage('c1', { afterSeq: 0, beforeSeq: 9 });
    return { replays, connection, answer };
  }

  it('is one answer, with what to ask next', async () => {
    const { replays, connection, answer } = asking();
    replays.page(connection, frame(0, [1, 2], { more: true }));
    replays.page(connection, frame(2, [3, 5], { more: true }));
    replays.page(connection, frame(5, [6], { nextAfterSeq: 6 }));
    const { events, ...rest } = await answer;
    expect(events.map(({ seq }) => seq)).toEqual([1, 2, 3, 5, 6]);
    expect(rest).toMatchObject({ afterSeq: 0, nextAfterSeq: 6 });
    expect(connection.asked).toHaveLength(1);
  });

  it('of which one was lost is asked for from there on, and nothing that came is asked for again', async () => {
    const { replays, connection, answer } = asking();
    replays.page(connection, frame(0, [1, 2], { more: true }));
    replays.page(connection, frame(5, [6])); // the one between is lost: this is not the end of what came
    vi.advanceTimersByTime(RESEND_MS);
    expect(connection.asked.map(({ data }) => data.afterSeq)).toEqual([0, 2]);
    replays.page(connection, frame(2, [3, 5], { more: true }));
    replays.page(connection, frame(5, [6]));
    expect((await answer).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 5, 6]);
  });

  it('is not asked for again while it is coming, however long it takes', async () => {
    const { replays, connection, answer } = asking();
    for (const after of [0, 2, 4, 6]) {
      vi.advanceTimersByTime(RESEND_MS - 1);
      replays.page(connection, frame(after, [after + 1, after + 2], after < 6 ? { more: true } : {}));
    }
    expect((await answer).events).toHaveLength(8);
    expect(connection.asked).toHaveLength(1);
  });

  it('goes on over the next connection where this one ends', async () => {
    const { replays, connection, answer } = asking();
    replays.page(connection, frame(0, [1, 2], { more: true }));
    const next = line();
    replays.pause();
    replays.ready(next);
    replays.page(connection, frame(2, [3])); // of a connection that counts no more
    expect(next.asked.map(({ data }) => data.afterSeq)).toEqual([2]);
    replays.page(next, frame(2, [3, 4]));
    expect((await answer).events.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });
});
