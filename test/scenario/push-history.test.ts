/**
 * Long conversations: a desk gets the newest part of one at once, and the rest when it asks for it,
 * without a gap or a repetition.
 */
import { byteLength } from '../../shared/protocol/bytes.ts';
import { describe, expect, it } from 'vitest';
import type { AgentPayload } from '../../shared/protocol/agent-events.ts';
import { MAX_FRAME_BYTES } from '../../shared/protocol/frame.ts';
import { editByHand } from '../support/by-hand.ts';
import { agentMessage, contactCentre, customerMessage } from '../support/contact-centre.ts';
import type { Desk } from '../support/desk.ts';
import { putRows } from '../support/engines.ts';
import { conversationOf, logOf } from '../support/platform.ts';
import { talk, type Talk } from '../support/talk.ts';

const centre = contactCentre();

type Wanted = AgentPayload<'replayTopic'>;

/** One answer, in however many frames it comes: each begins where the former ended. */
async function page(desk: Desk, wanted: Wanted) {
  desk.send('replayTopic', wanted);
  const frames = [await desk.next('onTopicReplay')];
  while (frames.at(-1)?.data.more) frames.push(await desk.next('onTopicReplay'));
  const ends = frames.map(({ data }) => data.events.at(-1)?.seq);
  expect(frames.map(({ data }) => data.afterSeq)).toEqual([wanted.afterSeq, ...ends.slice(0, -1)]);
  const events = frames.flatMap(({ data }) => data.events);
  return { events, nextAfterSeq: frames.at(-1)?.data.nextAfterSeq ?? null, frames: frames.length };
}

/**
 * Asks until nothing is left, as a client does. Says which events came, how often it asked and in
 * how many frames they came.
 */
async function replayed(desk: Desk, wanted: Wanted) {
  const events: { seq: number; id: string }[] = [];
  let [asked, frames] = [0, 0];
  for (let afterSeq: number | null = wanted.afterSeq; afterSeq !== null; asked++) {
    const answer = await page(desk, { ...wanted, afterSeq });
    events.push(...answer.events.map(({ seq, cimEvent }) => ({ seq, id: JSON.parse(cimEvent).id })));
    afterSeq = answer.nextAfterSeq;
    frames += answer.frames;
  }
  return { events, asked, frames };
}

/** The snapshot as the desk gets it when it opens the conversation again. */
async function snapshot({ desk, conversationId, topic }: Talk) {
  desk.send('topicSubscription', { conversationId, taskId: topic.data.taskId });
  return desk.next('onTopicData');
}

const inLog = async (conversationId: string) =>
  (await logOf(centre, conversationId)).map(({ seq, id }) => ({ seq, id: String(id) }));

/** Customer messages of this size each, one after the other. */
async function writes({ customer, conversationId }: Talk, count: number, characters: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const text = `${n} `.padEnd(characters, '"x"\n'); // what has to be escaped takes more room than it seems
    const message = customerMessage(customer.sessionId, text, `m${n}`);
    const { status } = await centre.call('POST', `/conversations/${conversationId}/events`, message);
    expect(status).toBe(202);
  }
}

/** A large message in WebSocket frames of 32 KB at most, as the gateway wants it. */
function inFrames(desk: Desk, text: string): void {
  const size = 32_000;
  for (let at = 0; at < text.length; at += size) {
    desk.socket.send(text.slice(at, at + size), { fin: at + size >= text.length });
  }
}

describe('A long conversation', () => {
  it('is opened with its newest events, and replay brings exactly the others', async () => {
    const story = await talk(centre);
    await writes(story, 20, 4_000);
    const { data } = await snapshot(story);
    expect(byteLength(JSON.stringify(data))).toBeLessThan(MAX_FRAME_BYTES);
    expect(data.truncated).toBe(true);
    const log = await inLog(story.conversationId);
    expect(data.lastSeq).toBe(log.length);
    expect(data.firstSeq).toBeGreaterThan(1);
    const shown = data.topicData.topicEvents.map(({ id }) => id);
    expect(shown).toEqual(log.slice(data.firstSeq - 1).map(({ id }) => id));
    const { conversationId } = story;
    const older = await replayed(story.desk, { conversationId, afterSeq: 0, beforeSeq: data.firstSeq });
    expect(older.events).toEqual(log.slice(0, data.firstSeq - 1));
    expect(older.frames).toBeGreaterThan(3); // none larger than the gateway bills as one
    expect(older.asked).toBe(1);
    const whole = await replayed(story.desk, { conversationId, afterSeq: 0, limit: 500 });
    expect(whole.events).toEqual(log);
  });

  it('of more events than a snapshot is made of says so too, however small they are', async () => {
    const story = await talk(centre);
    const { lastSeq } = await conversationOf(centre, story.conversationId);
    const small = Array.from({ length: 600 }, (_, n) => {
      const seq = lastSeq + 1 + n;
      const event = { id: `s${seq}`, name: 'HAND_DOWN', type: 'NOTIFICATION', timestamp: Date.now(), data: {} };
      const sk = `EVENT#${String(seq).padStart(12, '0')}`;
      const { conversationId } = story;
      return { pk: `CONVERSATION#${conversationId}`, sk, conversationId, seq, event };
    });
    await putRows(centre.stack, small);
    await editByHand(centre.stack, `CONVERSATION#${story.conversationId}`, 'HEAD', () => ({ lastSeq: lastSeq + 600 }));
    const { data } = await snapshot(story);
    expect(data).toMatchObject({ truncated: true, lastSeq: lastSeq + 600 });
    const { conversationId } = story;
    const older = await replayed(story.desk, { conversationId, afterSeq: 0, beforeSeq: data.firstSeq });
    const shown = data.topicData.topicEvents.map(({ id }) => id);
    expect([...older.events.map(({ id }) => id), ...shown]).toEqual((await inLog(conversationId)).map(({ id }) => id));
  });

  it('of which there is more than one answer holds goes on where that ends', async () => {
    const story = await talk(centre);
    await writes(story, 4, 20);
    const { conversationId, desk } = story;
    const inPieces = await replayed(desk, { conversationId, afterSeq: 0, limit: 3 });
    expect(inPieces.events).toEqual(await inLog(conversationId));
    expect(inPieces.asked).toBeGreaterThan(2);
  });

  it('that fits is complete, and says so', async () => {
    const story = await talk(centre);
    await story.customer.says('Hello?');
    const { data } = await snapshot(story);
    const log = await inLog(story.conversationId);
    expect(data).toMatchObject({ truncated: false, firstSeq: 1, lastSeq: log.length });
    expect(data.topicData.topicEvents.map(({ id }) => id)).toEqual(log.map(({ id }) => id));
  });

  it('takes no message that would not fit into one frame to a desk', async () => {
    const { desk, customer, conversationId } = await talk(centre);
    const quoted = { type: 'CUSTOM', payload: '"'.repeat(40_000) }; // twice as long in a frame, four times in the text in it
    const message = agentMessage('', 'q1');
    const cimEvent = { ...message, data: { ...message.data, body: quoted } };
    inFrames(desk, JSON.stringify({ action: 'publishCimEvent', id: 'q', data: { conversationId, cimEvent } }));
    expect((await desk.next('ack')).data).toMatchObject({ status: 'error', code: 'message.tooLarge' });
    const theirs = customerMessage(customer.sessionId, '', 'q2');
    const event = { ...theirs, data: { ...theirs.data, body: quoted } };
    const refused = await centre.call('POST', `/conversations/${conversationId}/events`, event);
    expect(refused).toMatchObject({ status: 413, body: { code: 'message.tooLarge' } });
    expect((await logOf(centre, conversationId)).filter(({ type }) => type === 'MESSAGE')).toEqual([]);
  });
});

describe('A replay', () => {
  it('brings a page of what was asked for, and says where the next one begins', async () => {
    const story = await talk(centre);
    await writes(story, 5, 10);
    const { desk, conversationId } = story;
    const log = await inLog(conversationId);
    const seqs = async (wanted: Omit<Wanted, 'conversationId'>) => {
      const { events, nextAfterSeq } = await page(desk, { conversationId, ...wanted });
      return [events.map(({ seq }) => seq), nextAfterSeq];
    };
    const last = log.length;
    expect(await seqs({ afterSeq: 0, limit: 2 })).toEqual([[1, 2], 2]);
    expect(await seqs({ afterSeq: 2, limit: 2 })).toEqual([[3, 4], 4]);
    expect(await seqs({ afterSeq: last - 2, limit: 2 })).toEqual([[last - 1, last], null]);
    expect(await seqs({ afterSeq: 3, beforeSeq: 6 })).toEqual([[4, 5], null]); // a gap in the middle
    expect(await seqs({ afterSeq: 3, beforeSeq: 6, limit: 1 })).toEqual([[4], 4]);
    expect(await seqs({ afterSeq: 4, beforeSeq: 5 })).toEqual([[], null]);
    expect(await seqs({ afterSeq: 9, beforeSeq: 3 })).toEqual([[], null]);
    expect(await seqs({ afterSeq: last })).toEqual([[], null]);
    expect(await seqs({ afterSeq: last + 1_000 })).toEqual([[], null]);
    expect((await replayed(desk, { conversationId, afterSeq: 0, limit: 1 })).events).toEqual(log);
  });

  it('leaves out what no desk can show, and still comes to an end', async () => {
    const story = await talk(centre);
    const { desk, conversationId } = story;
    const first = await conversationOf(centre, conversationId);
    for (const id of ['v1', 'v2', 'v3']) {
      const activity = { id, name: 'VOICE_ACTIVITY', type: 'ACTIVITY', data: {} };
      await centre.call('POST', `/conversations/${conversationId}/events`, activity);
    }
    await story.customer.says('Hello?');
    const { events } = await replayed(desk, { conversationId, afterSeq: first.lastSeq, limit: 2 });
    expect(events.map(({ seq }) => seq)).toEqual([first.lastSeq + 4]);
  });

  it('is for those who are in the conversation, and for no others', async () => {
    const { conversationId } = await talk(centre);
    const stranger = await (await centre.person()).connect();
    const asked = await stranger.ask('replayTopic', { conversationId, afterSeq: 0 });
    expect(asked).toMatchObject({ status: 'error', code: 'conversation.notParticipant' });
    const nothing = await stranger.ask('replayTopic', { conversationId: 'nothing', afterSeq: 0 });
    expect(nothing).toMatchObject({ status: 'error', code: 'conversation.unknown' });
    await stranger.never('onTopicReplay', 0);
  });

  it('of an impossible page is refused', async () => {
    const { desk, conversationId } = await talk(centre);
    for (const wrong of [{ limit: 0 }, { limit: 501 }, { afterSeq: -1 }, { afterSeq: 0.5 }, { beforeSeq: 0 }]) {
      const answer = await desk.ask('replayTopic', { conversationId, afterSeq: 0, ...wrong });
      expect(answer, JSON.stringify(wrong)).toMatchObject({ status: 'error', code: 'event.invalid' });
    }
  });
});
