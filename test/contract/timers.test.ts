/**
 * Timers: up to a quarter of an hour they wait in the queue itself, beyond that in a state machine,
 * and none is lost on the way.
 */
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { createHash } from 'node:crypto';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { clientOptions } from '../../infra/local/aws.ts';
import type { Deadline } from '../../shared/domain/effect.ts';
import { TimerMessage } from '../../shared/edge/app.ts';
import { engines } from '../support/ports.ts';

const here = engines();
let timers: typeof import('../../shared/aws/timers.ts').timers;
beforeAll(async () => {
  ({ timers } = await import('../../shared/aws/timers.ts'));
});
beforeEach(() => {
  here.sqs.calls.length = 0;
  here.sfn.calls.length = 0;
});

const timer = { kind: 'requestExpired' as const, conversationId: 'nowhere', timerId: 't-1' };
const deadline = (dueAt: number): Deadline => ({ key: `t#${dueAt}`, dueAt, timer });
const inSeconds = (seconds: number) => deadline(Date.now() + seconds * 1000);

interface Entry {
  readonly Id: string;
  readonly MessageBody: string;
  readonly DelaySeconds: number;
}
const batches = () =>
  here.sqs.calls.map(({ operation, input }) => ({ operation, entries: input['Entries'] as Entry[] }));
const sent = () => batches().flatMap(({ entries }) => entries);

describe('A deadline', () => {
  it.each([
    [-5, 0],
    [0, 0],
    [0.2, 1],
    [30, 30],
    [899.5, 900],
  ])('%s seconds ahead waits %s seconds in the queue, and is never early', async (seconds, delay) => {
    const due = inSeconds(seconds);
    await timers.start([due]);
    const startedBy = Date.now();
    const [entry, ...more] = sent();
    expect(more).toEqual([]);
    expect(entry?.DelaySeconds).toBeGreaterThanOrEqual(delay - 1);
    expect(entry?.DelaySeconds).toBeLessThanOrEqual(delay);
    expect(Number.isInteger(entry?.DelaySeconds)).toBe(true);
    expect(startedBy + Number(entry?.DelaySeconds) * 1000).toBeGreaterThanOrEqual(due.dueAt);
    expect(TimerMessage.parse(JSON.parse(entry?.MessageBody ?? ''))).toEqual({ timer, dueAt: due.dueAt });
    expect(here.sfn.calls).toEqual([]);
  });

  it.each([901, 3_600, 86_400, 31_000_000])(
    '%s seconds ahead waits in a state machine until the instant',
    async (seconds) => {
      const due = inSeconds(seconds);
      await timers.start([due]);
      expect(here.sqs.calls).toEqual([]);
      expect(here.sfn.calls.map(({ operation }) => operation)).toEqual(['StartExecution']);
      const [call] = here.sfn.calls;
      expect(call?.input['stateMachineArn']).toBe(Object.values(here.stack.resources.stateMachineArns)[0]);
      const { at, message } = JSON.parse(String(call?.input['input'])) as { at: string; message: string };
      expect(Date.parse(at)).toBe(due.dueAt);
      expect(at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(TimerMessage.parse(JSON.parse(message))).toEqual({ timer, dueAt: due.dueAt });
    },
  );

  it('at the border goes to one of the two', async () => {
    await timers.start([inSeconds(900), inSeconds(900.9)]);
    expect(sent().length + here.sfn.calls.length).toBe(2);
    for (const { DelaySeconds } of sent()) expect(DelaySeconds).toBeLessThanOrEqual(900);
  });

  it('is none where there are none', async () => {
    await timers.start([]);
    expect([here.sqs.calls, here.sfn.calls]).toEqual([[], []]);
  });
});

describe('Many deadlines', () => {
  it('go in tens, each once, the long ones apart', async () => {
    const short = Array.from({ length: 23 }, (_, index) => inSeconds(60 + index));
    const long = [inSeconds(1_000), inSeconds(2_000)];
    await timers.start([...short.slice(0, 11), ...long, ...short.slice(11)]);
    expect(batches().map(({ operation, entries }) => [operation, entries.length])).toEqual([
      ['SendMessageBatch', 10],
      ['SendMessageBatch', 10],
      ['SendMessageBatch', 3],
    ]);
    for (const { entries } of batches()) expect(new Set(entries.map(({ Id }) => Id)).size).toBe(entries.length);
    const due = sent().map(({ MessageBody }) => TimerMessage.parse(JSON.parse(MessageBody)).dueAt);
    expect(new Set(due)).toEqual(new Set(short.map(({ dueAt }) => dueAt)));
    expect(due).toHaveLength(short.length);
    expect(here.sfn.calls).toHaveLength(2);
  });
});

describe('A timer that cannot be started', () => {
  it.each(['Throttling', 'InternalError'])('is an error, so that nothing is saved without it: %s', async (Code) => {
    const stop = here.sqs.inject(({ operation, input }) =>
      operation === 'SendMessageBatch'
        ? {
            status: 200,
            body: {
              Successful: [],
              Failed: (input['Entries'] as Entry[]).map(({ Id }) => ({
                Id,
                Code,
                Message: 'not now',
                SenderFault: false,
              })),
            },
          }
        : undefined,
    );
    await expect(timers.start([inSeconds(10), inSeconds(20)])).rejects.toThrow(
      '2 timers could not be started: not now',
    );
    stop();
  });

  it('is an error though others of its batch were started', async () => {
    const stop = here.sqs.inject(({ operation, input }) => {
      if (operation !== 'SendMessageBatch') return undefined;
      const [taken, failed] = input['Entries'] as [Entry, Entry];
      const MD5OfMessageBody = createHash('md5').update(taken.MessageBody).digest('hex');
      const Successful = [{ Id: taken.Id, MessageId: 'm', MD5OfMessageBody }];
      const Failed = [{ Id: failed.Id, Code: 'InternalError', Message: 'not this one', SenderFault: false }];
      return { status: 200, body: { Successful, Failed } };
    });
    await expect(timers.start([inSeconds(10), inSeconds(20)])).rejects.toThrow('1 timers could not be started');
    stop();
  });

  it('is an error too where the state machine takes it not', async () => {
    const stop = here.sfn.inject(() => ({
      status: 400,
      body: { __type: 'com.amazonaws.swf.service.v2.model#ExecutionLimitExceeded', message: 'too many' },
    }));
    await expect(timers.start([inSeconds(10_000)])).rejects.toThrow('too many');
    stop();
  });

  it('is tried again where the queue fails for a moment', async () => {
    let failures = 1;
    const stop = here.sqs.inject(() => (failures-- > 0 ? { status: 500, body: {} } : undefined));
    await timers.start([inSeconds(700)]);
    stop();
    expect(here.sqs.calls).toHaveLength(2);
  });
});

describe('The engines', () => {
  it('hold what was started: the queue delays it, the state machine runs', async () => {
    const client = new SQSClient(clientOptions(here.stack.endpoints.sqs));
    const QueueUrl = process.env['TIMERS_QUEUE_URL'];
    const delayed = async () => {
      const { Attributes } = await client.send(
        new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessagesDelayed'] }),
      );
      return Number(Attributes?.['ApproximateNumberOfMessagesDelayed']);
    };
    const before = await delayed();
    await timers.start([inSeconds(600), inSeconds(800)]);
    expect(await delayed()).toBe(before + 2);
    client.destroy();
  });

  it('deliver it to the one that makes it happen', async () => {
    const metric = () => here.stack.logs().filter((line) => line.includes('TimerLateness')).length;
    const before = metric();
    await timers.start([inSeconds(0)]);
    await vi.waitUntil(() => metric() > before, { timeout: 8_000 });
    const outlived = () => here.stack.logs().some((line) => line.includes('a timer was outlived')); // it guarded nothing
    await vi.waitUntil(outlived, { timeout: 8_000 });
  });
});
