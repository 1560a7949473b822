import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { LifeboatFunction } from './lifeboat-function.ts';

export type TableAction = 'GetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

/** The key that encrypts a table: by its own ARN, or by the alias it has where it lies in another region. */
export type TableKey = { readonly arn: string } | { readonly anyKeyArn: string; readonly alias: string };

export interface TableAccessProps {
  readonly tableName: string;
  readonly tableArn: string;
  readonly region: string;
  /** Absent: AWS's own key, which needs no permission. */
  readonly key?: TableKey;
  /** ARN of its stream, where it has one. */
  readonly streamArn?: string;
}

/**
 * All that DynamoDB does with the key in a caller's name when items are read or written is to decrypt the table's key;
 * it makes and encrypts that one when the table is created.
 * Source: DynamoDB developer guide, "DynamoDB encryption at rest: How it works".
 */
const itemKeyAction = 'kms:Decrypt';

/** Source: Lambda developer guide, "Using AWS Lambda with Amazon DynamoDB" (execution role permissions). */
const streamActions = ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'];

/**
 * A table as a function sees it, wherever it lies: its name and region for the environment, permissions by item action.
 * Callers of a table with a customer managed key need that key through DynamoDB.
 */
export class TableAccess {
  readonly tableName: string;
  readonly region: string;
  readonly streamArn: string | undefined;
  readonly #arn: string;
  readonly #key: TableKey | undefined;

  constructor(props: TableAccessProps) {
    this.tableName = props.tableName;
    this.region = props.region;
    this.#arn = props.tableArn;
    this.#key = props.key;
    this.streamArn = props.streamArn;
  }

  grant(grantee: LifeboatFunction, ...actions: TableAction[]): void {
    grantee.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.#arn],
    );
    this.#grantKey(grantee);
  }

  /** What Lambda needs to read the stream with the grantee's role. Gives the stream's ARN. */
  grantStream(grantee: LifeboatFunction): string {
    if (this.streamArn === undefined) throw new TypeError(`table ${this.tableName} has no stream`);
    grantee.allow(
      streamActions.map((action) => `dynamodb:${action}`),
      [this.streamArn],
    );
    this.#grantKey(grantee);
    return this.streamArn;
  }

  /** The same for a policy of people. They reach no table through another region's key. */
  statements(...actions: TableAction[]): PolicyStatement[] {
    const items = new PolicyStatement({
      actions: actions.map((action) => `dynamodb:${action}`),
      resources: [this.#arn],
    });
    if (this.#key === undefined) return [items];
    if (!('arn' in this.#key)) throw new TypeError(`table ${this.tableName} lies in another region, ${this.region}`);
    const conditions = { StringEquals: this.#throughDynamo() };
    return [items, new PolicyStatement({ actions: [itemKeyAction], resources: [this.#key.arn], conditions })];
  }

  #throughDynamo() {
    return { 'kms:ViaService': `dynamodb.${this.region}.amazonaws.com` };
  }

  #grantKey(grantee: LifeboatFunction): void {
    if (this.#key === undefined) return;
    const throughDynamo = this.#throughDynamo();
    if ('arn' in this.#key) {
      grantee.allow([itemKeyAction], [this.#key.arn], { StringEquals: throughDynamo });
    } else {
      const reason = "the other region's key is known by its alias only, which the condition demands";
      grantee.allowWildcard([itemKeyAction], [this.#key.anyKeyArn], reason, {
        StringEquals: throughDynamo,
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.#key.alias },
      });
    }
  }
}
