import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  type Attribute,
  AttributeType,
  BillingMode,
  StreamViewType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { capturesTableName, coordinationTableName, journalTableName } from '../../plan/names.ts';
import type { Foundation } from './foundation.ts';
import { TableAccess } from './table-access.ts';

interface StateTableProps {
  readonly foundation: Foundation;
  readonly tableName: string;
  readonly partitionKey: Attribute;
  readonly sortKey: Attribute;
  readonly timeToLiveAttribute?: string;
  /** Are its changes streamed, with the items as they have become? */
  readonly isStreamed?: boolean;
}

/** A table of this region: encrypted with the region's key, restorable to any second of 35 days, kept when the stack goes. */
class StateTable extends Construct {
  readonly access: TableAccess;

  constructor(scope: Construct, id: string, props: StateTableProps) {
    super(scope, id);
    const table = new Table(this, 'Table', {
      tableName: props.tableName,
      partitionKey: props.partitionKey,
      sortKey: props.sortKey,
      timeToLiveAttribute: props.timeToLiveAttribute,
      stream: props.isStreamed === true ? StreamViewType.NEW_IMAGE : undefined,
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: props.foundation.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    this.access = new TableAccess({
      tableName: props.tableName,
      tableArn: table.tableArn,
      region: Stack.of(this).region,
      key: { arn: props.foundation.key.keyArn },
      streamArn: table.tableStreamArn,
    });
  }
}

/** Slots, signals, incidents and the incident lock of a region. Old slots delete themselves. */
export function coordinationTable(scope: Construct, foundation: Foundation): TableAccess {
  return new StateTable(scope, 'Coordination', {
    foundation,
    tableName: coordinationTableName(foundation.plan),
    partitionKey: { name: 'pk', type: AttributeType.STRING },
    sortKey: { name: 'sk', type: AttributeType.STRING },
    timeToLiveAttribute: 'expiresAtSeconds',
  }).access;
}

/** What the active region told this region of itself. */
export function capturesTable(scope: Construct, foundation: Foundation): TableAccess {
  return new StateTable(scope, 'Captures', {
    foundation,
    tableName: capturesTableName(foundation.plan),
    partitionKey: { name: 'application', type: AttributeType.STRING },
    sortKey: { name: 'item', type: AttributeType.STRING },
  }).access;
}

/** What happened in this region's incidents, in order; nothing is ever deleted from it. Its stream tells the operators. */
export function journalTable(scope: Construct, foundation: Foundation): TableAccess {
  return new StateTable(scope, 'Journal', {
    foundation,
    tableName: journalTableName(foundation.plan),
    partitionKey: { name: 'incidentId', type: AttributeType.STRING },
    sortKey: { name: 'sequence', type: AttributeType.NUMBER },
    isStreamed: true,
  }).access;
}
