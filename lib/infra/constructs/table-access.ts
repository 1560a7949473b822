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
}

const readingKey = ['kms:Decrypt', 'kms:DescribeKey'];
const writingKey = [...readingKey, 'kms:Encrypt', 'kms:GenerateDataKey'];

/**
 * A table as a function sees it, wherever it lies: its name and region for the environment, permissions by item action.
 * Callers of a table with a customer managed key need that key through DynamoDB.
 * Source: DynamoDB developer guide, "Authorizing use of your customer managed key".
 */
export class TableAccess {
  readonly tableName: string;
  readonly region: string;
  readonly #arn: string;
  readonly #key: TableKey | undefined;

  constructor(props: TableAccessProps) {
    this.tableName = props.tableName;
    this.region = props.region;
    this.#arn = props.tableArn;
    this.#key = props.key;
  }

  grant(grantee: LifeboatFunction, ...actions: TableAction[]): void {
    grantee.allow(
      actions.map((action) => `dynamodb:${action}`),
      [this.#arn],
    );
    if (this.#key === undefined) return;
    const writes = actions.some((action) => action !== 'GetItem' && action !== 'Query');
    const throughDynamo = { 'kms:ViaService': `dynamodb.${this.region}.amazonaws.com` };
    if ('arn' in this.#key) {
      grantee.allow(writes ? writingKey : readingKey, [this.#key.arn], { StringEquals: throughDynamo });
    } else {
      grantee.allow(writes ? writingKey : readingKey, [this.#key.anyKeyArn], {
        StringEquals: throughDynamo,
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': this.#key.alias },
      });
    }
  }
}
