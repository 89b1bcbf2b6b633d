/**
 * Starting timers: SQS delays up to 15 minutes, a Step Functions wait beyond. Both end in the same
 * queue.
 */
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { Deadline } from '../domain/effect.ts';
import type { App } from '../edge/app.ts';
import { env } from './env.ts';
import { patience } from './patience.ts';
import { queued } from './queued.ts';

const MAX_DELAY_SECONDS = 900;
const BATCH = 10;

const sqs = new SQSClient(patience);
const sfn = new SFNClient(patience);
const QueueUrl = env('TIMERS_QUEUE_URL');
const stateMachineArn = env('LONG_TIMERS_ARN');

/** A `TimerMessage`. */
function message({ timer, dueAt }: Deadline): string {
  return queued({ timer, dueAt });
}

export const timers: App['timers'] = {
  async start(deadlines) {
    const now = Date.now();
    const delayed = deadlines.map((deadline) => ({
      deadline,
      seconds: Math.max(0, Math.ceil((deadline.dueAt - now) / 1000)),
    }));
    const short = delayed.filter(({ seconds }) => seconds <= MAX_DELAY_SECONDS);
    const long = delayed.filter(({ seconds }) => seconds > MAX_DELAY_SECONDS);
    const batches = Array.from({ length: Math.ceil(short.length / BATCH) }, (_, index) =>
      short.slice(index * BATCH, (index + 1) * BATCH),
    );
    await Promise.all([...batches.map(send), ...long.map(({ deadline }) => wait(deadline))]);
  },
};

async function send(batch: readonly { deadline: Deadline; seconds: number }[]): Promise<void> {
  const Entries = batch.map(({ deadline, seconds }, index) => ({
    Id: String(index),
    MessageBody: message(deadline),
    DelaySeconds: seconds,
  }));
  const { Failed = [] } = await sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));
  if (Failed.length > 0)
    throw new Error(`${Failed.length} timers could not be started: ${Failed[0]?.Message ?? 'no reason given'}`);
}

async function wait(deadline: Deadline): Promise<void> {
  const input = JSON.stringify({ at: new Date(deadline.dueAt).toISOString(), message: message(deadline) });
  await sfn.send(new StartExecutionCommand({ stateMachineArn, input }));
}
