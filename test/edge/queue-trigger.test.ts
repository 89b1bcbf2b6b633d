/** What a consumer says of the messages of its batch. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { queue, stream } from '../../shared/edge/trigger.ts';

const said: string[] = [];
const log = { info() {}, warn() {}, error: (text: string) => void said.push(text) };

const { run } = queue(['log'], z.enum(['well', 'badly', 'for ever']), async (_, how) => {
  if (how === 'badly') throw new Error('as asked');
  if (how === 'for ever') await new Promise(() => {});
});

const batch = (...bodies: string[]) => ({
  Records: bodies.map((body, index) => ({ messageId: `${index} ${body}`, body: JSON.stringify(body) })),
});

describe('Of a batch', () => {
  it('what failed, or cannot be read, comes again, and nothing else', async () => {
    expect(await run({ log }, batch('well', 'badly', 'in tongues', 'well'), 10_000)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1 badly' }, { itemIdentifier: '2 in tongues' }],
    });
    expect(said).toEqual(['message failed', 'message failed']);
  });

  it('what takes longer than the invocation may comes again, and takes no other message with it', async () => {
    expect(await run({ log }, batch('well', 'for ever', 'well'), 1_010)).toEqual({
      batchItemFailures: [{ itemIdentifier: '1 for ever' }],
    });
  });
});

describe('Of a batch of changes', () => {
  it('what failed comes again with all behind it in its partition, none of which has been handled, and nothing else', async () => {
    const handled: string[] = [];
    const changes = stream(['log'], z.string(), async (_, items) => {
      handled.push(...items);
      return Promise.allSettled(
        items.map(async (item) => (item.endsWith('badly') ? Promise.reject(new Error(item)) : undefined)),
      );
    });
    const Records = ['a1', 'a2 badly', 'b1', 'a3', 'b2', 'b3 badly'].map((text) => ({
      dynamodb: { SequenceNumber: text, Keys: { pk: { S: text.slice(0, 1) } }, NewImage: { text } },
    }));
    const images = { read: (image: Record<string, unknown>) => image['text'] };
    expect(await changes.run({ log, images }, { Records })).toEqual({
      batchItemFailures: [{ itemIdentifier: 'a2 badly' }, { itemIdentifier: 'b3 badly' }],
    });
    expect(handled).toEqual(['a1', 'b1', 'a2 badly', 'b2', 'b3 badly']);
  });
});
