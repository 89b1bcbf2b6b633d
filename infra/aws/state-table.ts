/**
 * The one table: connections, agents, conversations, configuration. Its stream is where outward
 * events start.
 */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { Settings } from './settings.ts';

export class StateTable extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    const provisioned = settings.tableCapacity === 'provisioned';
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      ...(provisioned
        ? {
            billingMode: BillingMode.PROVISIONED,
            writeCapacity: settings.leastWriteUnits,
            readCapacity: settings.leastReadUnits,
          }
        : { billingMode: BillingMode.PAY_PER_REQUEST }),
      timeToLiveAttribute: 'expiresAt',
      stream: StreamViewType.NEW_IMAGE,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: settings.retainData,
      removalPolicy: settings.retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    if (provisioned) this.follow(settings);
  }
  /** Capacity follows what is used. There are no indexes that would want theirs. */
  private follow(settings: Settings): void {
    const { tableUtilizationPercent: targetUtilizationPercent } = settings;
    this.table
      .autoScaleWriteCapacity({ minCapacity: settings.leastWriteUnits, maxCapacity: settings.mostWriteUnits })
      .scaleOnUtilization({ targetUtilizationPercent });
    this.table
      .autoScaleReadCapacity({ minCapacity: settings.leastReadUnits, maxCapacity: settings.mostReadUnits })
      .scaleOnUtilization({ targetUtilizationPercent });
  }
}
