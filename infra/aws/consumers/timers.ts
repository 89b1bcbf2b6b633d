/**
 * Time. Up to 15 minutes a timer is a delayed message; longer, an execution that waits for the
 * instant and then sends the same message. Either way functions/timers/due.ts is the one place
 * where it ends.
 */
import { Duration } from 'aws-cdk-lib';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import {
  DefinitionBody,
  StateMachine,
  StateMachineType,
  TaskInput,
  Wait,
  WaitTime,
} from 'aws-cdk-lib/aws-stepfunctions';
import { SqsSendMessage } from 'aws-cdk-lib/aws-stepfunctions-tasks';
import { Construct } from 'constructs';
import { AgentFunction, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import { acknowledge } from '../findings.ts';
import type { Settings } from '../settings.ts';
import { consume, WorkQueue } from './work-queue.ts';

/**
 * Short, because a message whose Lambda died is hidden for six times as long, and agents are
 * waiting for it.
 */
const consumerTimeout = Duration.seconds(10);

export class Timers extends Construct {
  readonly queue: Queue;
  readonly longTimers: StateMachine;

  constructor(scope: Construct, id: string, props: Omit<ManagerParts, 'timers'> & { settings: Settings }) {
    super(scope, id);
    const { settings, ...parts } = props;
    this.queue = new WorkQueue(this, 'Due', { consumerTimeout }).queue;
    this.longTimers = new StateMachine(this, 'LongTimers', {
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromChainable(this.waitThenSend()),
    });
    acknowledge(this.longTimers, {
      'AwsSolutions-SF1': 'A Standard execution keeps its whole history for 90 days; this machine has two states.',
      'AwsSolutions-SF2': 'There is nothing to trace in an execution that waits and then sends one message.',
    });

    const due = new AgentFunction(this, 'DueFunction', {
      settings,
      // Asks whether a silent connection is there, and closes those that speak for nobody.
      duty: new Duty(this, 'Firing', settings)
        .manages({ ...parts, timers: this })
        .mayUseItems(parts.table, 'UpdateItem') // rows of what has ended get their date of expiry
        .mayUseSockets(parts.socket, 'GET', 'DELETE'),
      entry: 'timers/due',
      environment: patience(settings),
      timeout: consumerTimeout,
      // A timer that fires often starts the next one: a lease, an offer to the next agent.
      startsItself: true,
    });
    consume(this.queue, due, 50);
  }

  /**
   * JSONPath, not JSONata: input is `{"at": "<ISO instant>", "message": "<body of the timer
   * message>"}`.
   */
  private waitThenSend(): Wait {
    const wait = new Wait(this, 'WaitUntilDue', { time: WaitTime.timestampPath('$.at') });
    const send = new SqsSendMessage(this, 'SendTimer', {
      queue: this.queue,
      messageBody: TaskInput.fromJsonPathAt('$.message'),
    });
    // An execution that gives up has lost a timer: SQS gets some minutes to recover.
    send.addRetry({ errors: ['States.ALL'], interval: Duration.seconds(2), backoffRate: 2, maxAttempts: 7 });
    wait.next(send);
    return wait;
  }
}
