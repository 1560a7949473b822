import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { KeyDirectory, KeyHandle } from '../kms/key-directory.ts';
import { unknownOperation } from '../operation-input.ts';
import {
  type AwsService,
  AwsServiceError,
  type IamDemand,
  type ProvisionContext,
  type Provisioned,
  type ResourceProvider,
  type ServiceCall,
  type WorldParts,
} from '../service.ts';
import { parseCondition } from './condition-parser.ts';
import { ExpressionScope } from './expression-scope.ts';
import { deleteItem, getItem, putItem, updateItem } from './item-operations.ts';
import { splitKeyCondition } from './key-condition.ts';
import { query, scan } from './query-operations.ts';
import { ReplicatedTable } from './replica.ts';
import type { StreamDirectory, StreamInRegion } from './stream-directory.ts';
import {
  type GlobalTableProperties,
  globalTableProperties,
  schemaOf,
  type TableProperties,
  tableProperties,
} from './table-resources.ts';
import { TableStream } from './table-stream.ts';
import { validation } from './validation.ts';
import { type AttributeValue, type Item, setKey } from './values.ts';

type Operation = (table: ReplicatedTable, region: string, input: ServiceCall['input']) => Record<string, unknown>;

interface OperationSpec {
  readonly run: Operation;
  /** Members of the input that the world implements; any other ends the rehearsal by name. */
  readonly members: ReadonlySet<string>;
}

const expressionMembers = ['ExpressionAttributeNames', 'ExpressionAttributeValues'];
const conditional = [
  ...expressionMembers,
  'ConditionExpression',
  'ReturnValuesOnConditionCheckFailure',
  'ReturnValues',
];
const paged = [
  ...[...expressionMembers, 'ConsistentRead', 'ExclusiveStartKey', 'FilterExpression', 'Limit'],
  ...['ProjectionExpression', 'Select'],
];

const operations: Readonly<Record<string, OperationSpec>> = {
  GetItem: spec(getItem, ['Key', 'ConsistentRead', 'ExpressionAttributeNames', 'ProjectionExpression']),
  PutItem: spec(putItem, ['Item', ...conditional]),
  UpdateItem: spec(updateItem, ['Key', 'UpdateExpression', ...conditional]),
  DeleteItem: spec(deleteItem, ['Key', ...conditional]),
  Query: spec(query, ['KeyConditionExpression', 'ScanIndexForward', ...paged]),
  Scan: spec(scan, paged),
};
const transactions: readonly string[] = ['TransactWriteItems', 'TransactGetItems'];

function spec(run: Operation, members: readonly string[]): OperationSpec {
  return { run, members: new Set(['TableName', ...members]) };
}

interface TableInRegion {
  readonly table: ReplicatedTable;
  readonly arn: string;
  readonly key: KeyHandle | undefined;
}

export interface DynamoDbOptions {
  readonly keys: KeyDirectory;
}

/** DynamoDB: tables of one region, and global tables with multi-region strong consistency. */
export class DynamoDbService implements AwsService, StreamDirectory {
  readonly name = 'dynamodb';
  readonly resources: readonly ResourceProvider[];
  readonly #parts: WorldParts;
  readonly #keys: KeyDirectory;
  /** By region and name. */
  readonly #tables = new Map<string, TableInRegion>();
  /** By ARN. */
  readonly #streams = new Map<string, StreamInRegion>();

  constructor(parts: WorldParts, options: DynamoDbOptions) {
    this.#parts = parts;
    this.#keys = options.keys;
    this.resources = [
      defineResource('AWS::DynamoDB::Table', tableProperties, (properties, context) =>
        this.#createTable(properties, context),
      ),
      defineResource('AWS::DynamoDB::GlobalTable', globalTableProperties, (properties, context) =>
        this.#createGlobalTable(properties, context),
      ),
    ];
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    if (operations[call.operation] === undefined) throw this.#refusal(call);
    const name = tableName(call);
    const inRegion = this.#tables.get(`${call.region}/${name}`);
    const resource = inRegion?.arn ?? this.#arn(call.region, name);
    const leadingKeys = inRegion === undefined ? [] : leadingKey(call, inRegion.table);
    const demand: IamDemand = {
      action: `dynamodb:${call.operation}`,
      resource,
      ...(leadingKeys.length === 0 ? {} : { context: { 'dynamodb:LeadingKeys': leadingKeys } }),
    };
    return inRegion?.key === undefined ? [demand] : [demand, this.#keyDemand(call, name, inRegion.key)];
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    const operation = operations[call.operation];
    if (operation === undefined) throw this.#refusal(call);
    for (const member in call.input) {
      const value = call.input[member];
      if (value === undefined || operation.members.has(member) || isDefault(member, value)) continue;
      throw new Error(`not simulated: DynamoDB ${call.operation} ${member}`);
    }
    const inRegion = this.#tables.get(`${call.region}/${tableName(call)}`);
    if (inRegion === undefined) throw new AwsServiceError('ResourceNotFoundException', 'Requested resource not found');
    return operation.run(inRegion.table, call.region, call.input);
  }

  /** The items of a table as a region has them: what the invariants look at. */
  itemsOf(region: string, name: string): readonly Item[] {
    return this.#tables.get(`${region}/${name}`)?.table.all(region, false) ?? [];
  }

  streamOf(streamArn: string): StreamInRegion | undefined {
    return this.#streams.get(streamArn);
  }

  #refusal(call: ServiceCall): AwsServiceError {
    if (transactions.includes(call.operation) && [...this.#tables.values()].some(({ table }) => table.strong)) {
      return validation('Transactional operations are not supported on tables with multi-Region strong consistency');
    }
    return unknownOperation('DynamoDB', call.operation);
  }

  /**
   * DynamoDB decrypts the table's key on behalf of whoever reads or writes.
   * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/encryption.howitworks.html
   */
  #keyDemand(call: ServiceCall, name: string, key: KeyHandle): IamDemand {
    return {
      action: 'kms:Decrypt',
      resource: key.keyArn,
      context: {
        'kms:ViaService': `dynamodb.${call.region}.amazonaws.com`,
        'kms:CallerAccount': call.caller.accountId,
        'kms:ResourceAliases': key.aliases(),
        'kms:EncryptionContext:aws:dynamodb:tableName': name,
        'kms:EncryptionContext:aws:dynamodb:subscriberId': this.#parts.accountId,
      },
    };
  }

  #createTable(properties: TableProperties, context: ProvisionContext): Provisioned {
    const name = properties.TableName ?? context.generatedName;
    const ttl = properties.TimeToLiveSpecification;
    const stream = this.#stream(name, properties, context);
    const table = new ReplicatedTable(this.#parts.kernel, this.#parts.weather, {
      schema: schemaOf(name, properties),
      replicaRegions: [context.region],
      ...(stream !== undefined && { stream }),
      ...(ttl?.Enabled === true && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
    });
    const key = this.#add(context.region, table, properties.SSESpecification?.KMSMasterKeyId);
    const provisioned = this.#provisioned(context.region, name);
    if (stream === undefined) return provisioned;
    this.#streams.set(stream.arn, { stream, tableName: name, key });
    return { ...provisioned, attributes: { ...provisioned.attributes, StreamArn: stream.arn } };
  }

  #stream(name: string, properties: TableProperties, { region }: ProvisionContext): TableStream | undefined {
    const { kernel } = this.#parts;
    if (properties.StreamSpecification === undefined) return undefined;
    // Streams are labelled with the time at which they were turned on.
    const label = new Date(kernel.nowMs).toISOString().slice(0, -1);
    const arn = `${this.#arn(region, name)}/stream/${label}`;
    const { StreamViewType: viewType } = properties.StreamSpecification;
    return new TableStream({ kernel, arn, region, schema: schemaOf(name, properties), viewType });
  }

  #createGlobalTable(properties: GlobalTableProperties, context: ProvisionContext): Provisioned {
    const name = properties.TableName ?? context.generatedName;
    const replicaRegions = properties.Replicas.map((replica) => replica.Region);
    if (!replicaRegions.includes(context.region)) {
      throw new InputError(`global table ${name}: add a replica in ${context.region}, the region of its stack`);
    }
    const ttl = properties.TimeToLiveSpecification;
    const witness = properties.GlobalTableWitnesses?.[0]?.Region;
    const table = new ReplicatedTable(this.#parts.kernel, this.#parts.weather, {
      schema: schemaOf(name, properties),
      replicaRegions,
      ...(witness === undefined ? {} : { witnessRegion: witness }),
      ...(ttl?.Enabled === true && ttl.AttributeName !== undefined ? { ttlAttribute: ttl.AttributeName } : {}),
    });
    for (const replica of properties.Replicas) {
      this.#add(replica.Region, table, replica.SSESpecification?.KMSMasterKeyId);
    }
    return this.#provisioned(context.region, name);
  }

  #add(region: string, table: ReplicatedTable, keyId: string | undefined): KeyHandle | undefined {
    const { name } = table.schema;
    if (this.#tables.has(`${region}/${name}`)) throw new InputError(`table ${name} exists in ${region} already`);
    const key = keyId === undefined ? undefined : this.#keys.findKey(region, keyId);
    if (keyId !== undefined && key === undefined) {
      throw new InputError(`table ${name}: there is no KMS key ${keyId} in ${region}`);
    }
    this.#tables.set(`${region}/${name}`, { table, arn: this.#arn(region, name), key });
    return key;
  }

  #provisioned(region: string, name: string): Provisioned {
    return { ref: name, attributes: { Arn: this.#arn(region, name) } };
  }

  #arn(region: string, name: string): string {
    return `arn:aws:dynamodb:${region}:${this.#parts.accountId}:table/${name}`;
  }
}

/** `TableName` takes a name or an ARN. */
function tableName(call: ServiceCall): string {
  const given = call.input.TableName;
  if (typeof given !== 'string')
    throw validation(
      "1 validation error detected: Value null at 'tableName' failed to satisfy constraint: Member must not be null",
    );
  return given.slice(given.lastIndexOf('/') + 1);
}

function isDefault(member: string, value: unknown): boolean {
  return (member === 'ReturnConsumedCapacity' || member === 'ReturnItemCollectionMetrics') && value === 'NONE';
}

function leadingKey(call: ServiceCall, table: ReplicatedTable): string[] {
  const key = partitionValue(call, table);
  return key === undefined ? [] : [setKey(key)];
}

/** The partition key that a call names, where it names one. */
function partitionValue(call: ServiceCall, table: ReplicatedTable): AttributeValue | undefined {
  const input = call.input as {
    readonly Key?: Item;
    readonly Item?: Item;
    readonly KeyConditionExpression?: string;
    readonly ExpressionAttributeNames?: Record<string, string>;
    readonly ExpressionAttributeValues?: Item;
  };
  const item = input.Key ?? input.Item;
  if (item !== undefined) return item[table.schema.partitionKey.name];
  if (input.KeyConditionExpression === undefined) return undefined;
  const scope = new ExpressionScope(input.ExpressionAttributeNames, input.ExpressionAttributeValues);
  const expression = parseCondition('KeyConditionExpression', input.KeyConditionExpression);
  return splitKeyCondition(expression, table.schema, scope).partitionKey;
}
