/**
 * What supervisors see live. The figures of agents, queues and lists change with what everybody
 * does, so nobody who does something waits for them to be told: they follow the table's stream, a
 * second's changes at a time.
 */
import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { AgentFunction, patience } from '../functions/agent-function.ts';
import { Duty, type ManagerParts } from '../functions/duty.ts';
import type { Settings } from '../settings.ts';
import { readStream } from './stream.ts';

interface TeamFeedProps extends ManagerParts {
  readonly settings: Settings;
  readonly table: Table;
}

/**
 * What the figures are made of. CONFIG because a queue or a list may be new, or have another name.
 */
const COUNTED = ['TEAM#', 'WAITING#', 'ROUTABLE#', 'ENTRUSTED', 'CONFIG#queues', 'CONFIG#lists'];

export class TeamFeed extends Construct {
  readonly tell: AgentFunction;

  constructor(scope: Construct, id: string, { settings, ...parts }: TeamFeedProps) {
    super(scope, id);
    const { table } = parts;
    this.tell = new AgentFunction(this, 'TellFunction', {
      settings,
      // Notes in a watcher's row that it will tell them.
      duty: new Duty(this, 'Telling', settings).manages(parts).mayUseItems(table, 'UpdateItem'),
      entry: 'stream/team',
      environment: patience(settings),
    });
    readStream(this, table, this.tell, {
      // What was before, every desk is shown when it begins to watch.
      startingPosition: StartingPosition.LATEST,
      // By their keys, because what is deleted has no image.
      filters: [
        { dynamodb: { Keys: { pk: { S: COUNTED.flatMap((prefix) => FilterRule.beginsWith(prefix)) } } } },
        {
          dynamodb: {
            Keys: { pk: { S: FilterRule.beginsWith('LIST#') }, sk: { S: FilterRule.beginsWith('REQUEST#') } },
          },
        },
      ],
      batchSize: 1_000,
      maxBatchingWindow: Duration.seconds(1),
      // Whatever comes later tells all that this would have told: a minute is long enough to try.
      retryAttempts: 3,
      maxRecordAge: Duration.minutes(1),
    });
  }
}
