/**
 * A service that does not answer: asked again while there is time, and never waited for until the
 * Lambda is at its end.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { localTemplate } from '../../infra/synth.ts';
import { ofType, readTemplate } from '../../infra/local/template/template.ts';
import { engines } from '../support/ports.ts';
import type { Tap } from '../support/tap.ts';

const here = engines();
let calls: Record<'dynamodb' | 'sqs' | 'sfn' | 'sns', () => Promise<unknown>>;
let patience: typeof import('../../shared/aws/patience.ts').patience;
beforeAll(async () => {
  const { table } = await import('../../shared/aws/table.ts');
  const { timers } = await import('../../shared/aws/timers.ts');
  const { topic } = await import('../../shared/aws/ports/topic.ts');
  ({ patience } = await import('../../shared/aws/patience.ts'));
  const timer = { kind: 'requestExpired' as const, conversationId: 'nowhere', timerId: 't-1' };
  const inSeconds = (seconds: number) => ({ key: 't', dueAt: Date.now() + seconds * 1000, timer });
  const event = { id: 'e', name: 'TASK_STATE_CHANGED', type: 'NOTIFICATION', timestamp: 1, data: {} };
  calls = {
    dynamodb: () => table.get(z.looseObject({}), { pk: 'P', sk: 'S' }),
    sqs: () => timers.start([inSeconds(800)]),
    sfn: () => timers.start([inSeconds(5_000)]),
    sns: () => topic.publish([{ conversationId: 'c', seq: 1, at: 1, event } as never]),
  };
});

/** The next `times` calls are taken and never answered. */
function hang(service: Tap, times: number): () => void {
  let left = times;
  return service.inject(() => (left-- > 0 ? new Promise(() => {}) : undefined));
}

describe('A call that is not answered', () => {
  it('is made again, to every service alike', async () => {
    const services = ['dynamodb', 'sqs', 'sfn', 'sns'] as const;
    const ends = services.map((service) => hang(here[service], 1));
    await Promise.all(services.map((service) => calls[service]()));
    expect(services.map((service) => here[service].calls.length)).toEqual([2, 2, 2, 2]);
    for (const end of ends) end();
  });

  it('is given up in the end, within the time of every function', async () => {
    const timeouts = ofType(readTemplate(localTemplate), 'AWS::Lambda::Function').map(({ properties }) => Number(properties['Timeout'])); // prettier-ignore
    const { maxAttempts, requestHandler } = patience;
    expect(requestHandler.connectionTimeout).toBeLessThan(requestHandler.requestTimeout);
    expect(maxAttempts * requestHandler.requestTimeout).toBeLessThan(Math.min(...timeouts) * 1000);
    here.dynamodb.calls.length = 0;
    const end = hang(here.dynamodb, Infinity);
    await expect(calls.dynamodb()).rejects.toMatchObject({ name: 'TimeoutError' });
    end();
    expect(here.dynamodb.calls).toHaveLength(maxAttempts);
  });
});
