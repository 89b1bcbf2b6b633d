/**
 * News of pull lists. Hundreds of desks may watch one list, so no request waits for them to be
 * told: it leaves a message here. A conversation is a group, so its news are told one after the
 * other, and the last one that a desk hears is true.
 */
import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AgentFunction, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import type { Settings } from '../settings.ts';
import { consume, WorkQueue } from './work-queue.ts';

/** Enough for some thousand desks. */
const consumerTimeout = Duration.seconds(20);

export class ListNews extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'News', { consumerTimeout, fifo: true }).queue;
  }

  /** Apart from the queue, because those who send to it are parts of the one who reads from it. */
  tell({ settings, ...parts }: ManagerParts & { settings: Settings }): void {
    const tell = new AgentFunction(this, 'TellFunction', {
      settings,
      duty: new Duty(this, 'Telling', settings).manages(parts),
      entry: 'lists/tell',
      environment: patience(settings),
      timeout: consumerTimeout,
      // A desk that has gone is taken out of what it had joined, which is news of its list again.
      startsItself: true,
    });
    consume(this.queue, tell, 50);
  }
}
