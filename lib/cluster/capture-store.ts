import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CapturedManifest, CapturedWorkload } from './capture.ts';
import type { ObjectName } from './cluster-api.ts';

/**
 * Items of the captures table (keys `application`, `item`):
 * - `summary`: how much runs, which Secrets are needed, and the names of the manifest items;
 * - `manifest#<cluster>#<resource>#<namespace>#<name>`: one object of a pilot-light application, so that no item meets the 400 KB limit
 *   (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html);
 * - `nodes#<cluster>` (under the platform): sizes of the node groups.
 */
export interface CaptureSummary {
  readonly application: string;
  readonly region: string;
  readonly epoch: number;
  readonly capturedAtMs: number;
  readonly workloads: readonly CapturedWorkload[];
  readonly requiredSecrets: readonly ObjectName[];
  readonly manifestItems: readonly string[];
}

export interface CapturedNodeGroups {
  readonly cluster: string;
  readonly capturedAtMs: number;
  readonly nodeGroups: readonly { readonly name: string; readonly desiredSize: number }[];
}

export class CaptureStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /** Manifests first, the summary that names them last; false when a newer capture is there already. */
  async write(
    summary: Omit<CaptureSummary, 'manifestItems'>,
    manifests: readonly CapturedManifest[],
  ): Promise<boolean> {
    const { application, capturedAtMs } = summary;
    // Named by the object, so that a later capture replaces it; what is no longer named by a summary is never read.
    const names = manifests.map(
      ({ cluster, resource, object: { metadata } }) =>
        `manifest#${cluster}#${resource.resource}#${metadata.namespace ?? ''}#${metadata.name}`,
    );
    await Promise.all(
      manifests.map((manifest, index) => this.#put({ application, item: names[index], capturedAtMs, manifest })),
    );
    return this.#put({ ...summary, item: 'summary', manifestItems: names });
  }

  writeNodeGroups(application: string, nodes: CapturedNodeGroups): Promise<boolean> {
    return this.#put({ application, item: `nodes#${nodes.cluster}`, ...nodes });
  }

  async summary(application: string): Promise<CaptureSummary | undefined> {
    return this.#get<CaptureSummary>(application, 'summary');
  }

  async nodeGroups(application: string, cluster: string): Promise<CapturedNodeGroups | undefined> {
    return this.#get<CapturedNodeGroups>(application, `nodes#${cluster}`);
  }

  async manifests(summary: CaptureSummary): Promise<readonly CapturedManifest[]> {
    const items = await Promise.all(
      summary.manifestItems.map((item) => this.#get<{ manifest: CapturedManifest }>(summary.application, item)),
    );
    return items.flatMap((found) => (found === undefined ? [] : [found.manifest]));
  }

  async #get<T>(application: string, item: string): Promise<T | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { application, item }, ConsistentRead: true }),
    );
    return answer.Item as T | undefined;
  }

  async #put(item: Record<string, unknown> & { readonly capturedAtMs: number }): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: item,
          ConditionExpression: 'attribute_not_exists(application) OR capturedAtMs < :capturedAtMs',
          ExpressionAttributeValues: { ':capturedAtMs': item.capturedAtMs },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}
