/**
 * How much of a conversation a snapshot holds: the newest that fits into a frame, and it says
 * whether there is more.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import { newestWithin, oldestWithin, pagesWithin } from '../../shared/domain/shown/wire.ts';
import { MAX_FRAME_BYTES, MAX_META_BYTES } from '../../shared/protocol/frame.ts';
import { addEvent } from '../support/events.ts';
import { decided } from '../support/decision.ts';
import { logged, said, seqs, snapshot } from '../support/snapshot.ts';
import { channelSession, incoming, talk } from '../support/world.ts';

describe('A snapshot fits into a frame', () => {
  const world = () => talk({ amy: 'PRIMARY' });
  const long = (count: number, length: number) => Array.from({ length: count }, (_, index) => said(index + 1, length));

  it('with everything, where that is little', () => {
    expect(seqs(snapshot(world(), long(10, 100)))).toEqual({ firstSeq: 1, lastSeq: 10, truncated: false, events: 10 });
  });

  it('with nothing, where nothing happened', () => {
    expect(seqs(snapshot(world()))).toEqual({ firstSeq: 2, lastSeq: 1, truncated: false, events: 0 });
  });

  it('with the newest, where that is too much, and says that there are older ones', () => {
    const data = snapshot(world(), long(200, 1_000));
    const { firstSeq, events, ...rest } = seqs(data);
    expect(rest).toEqual({ lastSeq: 200, truncated: true });
    expect(firstSeq).toBe(201 - events);
    expect(data.topicData.topicEvents[0]).toMatchObject({ id: `e${firstSeq}` });
    expect(data.topicData.topicEvents.at(-1)).toMatchObject({ id: 'e200' });
  });

  it('using the room that it has', () => {
    const size = byteLength(JSON.stringify(snapshot(world(), long(200, 1_000))));
    expect(size).toBeGreaterThan(0.9 * MAX_FRAME_BYTES);
  });

  it('says that there are older ones where only the newest were read', () => {
    expect(seqs(snapshot(world(), [logged(501), logged(502)]))).toEqual({
      firstSeq: 501,
      lastSeq: 502,
      truncated: true,
      events: 2,
    });
  });

  it('without events, where not even the newest fits', () => {
    expect(seqs(snapshot(world(), [logged(1), said(2, 31_000)]))).toEqual({
      firstSeq: 3,
      lastSeq: 2,
      truncated: true,
      events: 0,
    });
  });

  it('does not skip one that is too large to show older ones', () => {
    expect(seqs(snapshot(world(), [logged(1), said(2, 31_000), logged(3)]))).toEqual({
      firstSeq: 3,
      lastSeq: 3,
      truncated: true,
      events: 1,
    });
  });

  it('counts bytes, not letters', () => {
    const accented = snapshot(world(), long(100, 4_000));
    expect(accented.topicData.topicEvents.length).toBeGreaterThan(2);
  });

  it('however much describes the conversation', () => {
    const bulky = decided(
      world(),
      addEvent(
        incoming(
          'CHANNEL_SESSION_STARTED',
          channelSession('sms-1', 'SMS', { notes: 'x'.repeat(MAX_META_BYTES / 2 - 3_000) }),
        ),
      ),
    ).world;
    const { truncated, events } = seqs(snapshot(bulky, long(200, 1_000)));
    expect(truncated).toBe(true);
    expect(events).toBeGreaterThan(1);
  });

  it.each<[number, number[]]>([
    [0, []],
    [2, [3]],
    [3, [3]],
    [4, [2, 3]],
    [6, [1, 2, 3]],
    [-5, []],
  ])('newest first: of three within %i bytes', (bytes, expected) => {
    expect(newestWithin(bytes, [1, 2, 3])).toEqual(expected);
  });
});

describe('Pages', () => {
  it.each<[number, number[]]>([
    [6, [1, 2, 3]],
    [4, [1, 2]],
    [2, [1]],
    [0, []],
  ])('of a list that is cut hold the oldest first: of three within %i bytes', (bytes, expected) => {
    expect(oldestWithin(bytes, [1, 2, 3])).toEqual(expected);
  });

  it.each<[number, number[][]]>([
    [6, [[1, 2, 3]]],
    [4, [[1, 2], [3]]],
    [2, [[1], [2], [3]]],
  ])('hold all, in order, within %i bytes each', (bytes, expected) => {
    expect(pagesWithin(bytes, [1, 2, 3])).toEqual(expected);
  });

  it('are one, and empty, where there is nothing', () => {
    expect(pagesWithin(100, [])).toEqual([[]]);
  });
});
