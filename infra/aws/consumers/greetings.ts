/**
 * What a desk must be told after it connected. Nothing can be posted to a socket before its own
 * $connect has returned, so functions/socket/connect.ts sends a message and
 * functions/session/greet.ts does the telling.
 */
import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { AgentFunction, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import type { Settings } from '../settings.ts';
import { consume, WorkQueue } from './work-queue.ts';

/** Enough for the snapshots of every conversation that an agent can have. */
const consumerTimeout = Duration.seconds(20);

export class Greetings extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, id: string, { settings, ...parts }: ManagerParts & { settings: Settings }) {
    super(scope, id);
    this.queue = new WorkQueue(this, 'Connected', { consumerTimeout }).queue;
    const greet = new AgentFunction(this, 'GreetFunction', {
      settings,
      // Closes the connection that was replaced.
      duty: new Duty(this, 'Greeting', settings).manages(parts).mayUseSockets(parts.socket, 'DELETE'),
      entry: 'session/greet',
      environment: patience(settings),
      timeout: consumerTimeout,
    });
    consume(this.queue, greet, 50);
  }
}
