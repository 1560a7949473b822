import { Buffer } from 'node:buffer';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { CapturedCronJob, CapturedManifest, CapturedWorkload } from './capture.ts';
import type { ObjectName } from './cluster-api.ts';

/**
 * Items of the captures table (keys `application`, `item`):
 * - `summary`: how much runs, and what by schedule, which Secrets are needed, and the names of the manifest items;
 * - `manifest#<cluster>#<resource>#<namespace>#<name>`: one object of a pilot-light application;
 * - `nodes#<cluster>` (under the platform): sizes of the node groups.
 */
export interface CaptureSummary {
  readonly application: string;
  readonly region: string;
  readonly epoch: number;
  /** Epoch milliseconds when the capture began: what it says is at least as new. */
  readonly capturedAtMs: number;
  readonly workloads: readonly CapturedWorkload[];
  readonly cronJobs: readonly CapturedCronJob[];
  readonly requiredSecrets: readonly ObjectName[];
  readonly manifestItems: readonly string[];
}

export interface CapturedNodeGroups {
  readonly cluster: string;
  readonly epoch: number;
  readonly capturedAtMs: number;
  readonly nodeGroups: readonly { readonly name: string; readonly desiredSize: number }[];
}

/**
 * An item is at most 400 KB, names of members included
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html); a ConfigMap may be 1 MiB. DynamoDB
 * counts UTF-8 and some bytes per value, JSON a little more: a tenth is left for the difference.
 */
const manifestLimitBytes = 360_000;

export class CaptureStore {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;

  constructor(client: DynamoDBDocumentClient, table: string) {
    this.#client = client;
    this.#table = table;
  }

  /**
   * Manifests first, the summary that names them last; false when a newer capture, or one of a later epoch, is there
   * already. RangeError when a manifest is too large for the table.
   */
  async write(
    summary: Omit<CaptureSummary, 'manifestItems'>,
    manifests: readonly CapturedManifest[],
  ): Promise<boolean> {
    const { application, epoch, capturedAtMs } = summary;
    for (const manifest of manifests) refuseTooLarge(application, manifest);
    // Named by the object, so that a later capture replaces it; what is no longer named by a summary is never read.
    const names = manifests.map(
      ({ cluster, resource, object: { metadata } }) =>
        `manifest#${cluster}#${resource.resource}#${metadata.namespace ?? ''}#${metadata.name}`,
    );
    await Promise.all(
      manifests.map((manifest, index) => this.#put({ application, item: names[index], epoch, capturedAtMs, manifest })),
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

  /** In the order of the capture, which is that of creation. Error when one that the summary names is gone. */
  async manifests(summary: CaptureSummary): Promise<readonly CapturedManifest[]> {
    return Promise.all(
      summary.manifestItems.map(async (item) => {
        const found = await this.#get<{ manifest: CapturedManifest }>(summary.application, item);
        if (found === undefined) throw new Error(`the capture of ${summary.application} names ${item}, which is gone`);
        return found.manifest;
      }),
    );
  }

  async #get<T>(application: string, item: string): Promise<T | undefined> {
    const answer = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { application, item }, ConsistentRead: true }),
    );
    return answer.Item as T | undefined;
  }

  async #put(item: Record<string, unknown> & Pick<CaptureSummary, 'epoch' | 'capturedAtMs'>): Promise<boolean> {
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#table,
          Item: item,
          // The epoch first: a region that has lost its authority may have the later clock.
          ConditionExpression:
            'attribute_not_exists(application) OR epoch < :epoch OR (epoch = :epoch AND capturedAtMs < :capturedAtMs)',
          ExpressionAttributeValues: { ':epoch': item.epoch, ':capturedAtMs': item.capturedAtMs },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }
}

function refuseTooLarge(application: string, { object }: CapturedManifest): void {
  const bytes = Buffer.byteLength(JSON.stringify(object));
  if (bytes <= manifestLimitBytes) return;
  const name = `${object.kind} ${object.metadata.namespace ?? ''}/${object.metadata.name}`;
  throw new RangeError(
    `${application}: ${name} has ${bytes} bytes, and a captured manifest at most ${manifestLimitBytes}; keep it in the standby cluster by GitOps and declare the application warm-standby`,
  );
}
