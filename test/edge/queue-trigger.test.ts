/** What a consumer says of the messages of its batch. */
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { queue } from '../../shared/edge/trigger.ts';

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
