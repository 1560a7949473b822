import { z } from 'zod';
import type { MetricSink } from '../cloudwatch/metric-sink.ts';
import { parseInput, unknownOperation } from '../operation-input.ts';
import { type AwsService, AwsServiceError, type IamDemand, type ServiceCall, type WorldParts } from '../service.ts';
import { CallRate } from './call-rate.ts';
import { type DbCluster, GlobalDatabase, type PromotionTimes } from './global-database.ts';

const inputs = {
  DescribeGlobalClusters: z.strictObject({
    GlobalClusterIdentifier: z.string().optional(),
    MaxRecords: z.number().int().min(20).max(100).optional(),
    Marker: z.string().optional(),
  }),
  DescribeDBClusters: z.strictObject({ DBClusterIdentifier: z.string() }),
  FailoverGlobalCluster: z.strictObject({
    GlobalClusterIdentifier: z.string(),
    TargetDbClusterIdentifier: z.string(),
    AllowDataLoss: z.boolean().optional(),
    Switchover: z.boolean().optional(),
  }),
};

export interface GlobalClusterDefinition {
  readonly identifier: string;
  /** Region and identifier of both DB clusters, the writer first. */
  readonly clusters: readonly [
    { readonly region: string; readonly identifier: string },
    { readonly region: string; readonly identifier: string },
  ];
}

/**
 * RDS as far as Aurora global databases need it. That a global cluster is described and failed over from the other
 * region while the primary's is gone is what managed failover is for; the chapter on it is named in global-database.ts.
 */
export class RdsService implements AwsService {
  readonly name = 'rds';
  readonly resources = [];
  readonly #parts: WorldParts;
  readonly #metrics: MetricSink;
  readonly #times: PromotionTimes | undefined;
  readonly #databases = new Map<string, GlobalDatabase>();
  readonly #rates = new Map<string, CallRate>();

  constructor(parts: WorldParts, options: { readonly metrics: MetricSink; readonly times?: PromotionTimes }) {
    this.#parts = parts;
    this.#metrics = options.metrics;
    this.#times = options.times;
  }

  /** A database that is there before anything is deployed; defining it again gives the same one. */
  defineGlobalCluster({ identifier, clusters }: GlobalClusterDefinition): GlobalDatabase {
    const known = this.#databases.get(identifier);
    if (known !== undefined) return known;
    const { kernel, weather, accountId } = this.#parts;
    const [writer, reader] = clusters.map(
      (one): DbCluster => ({ ...one, arn: `arn:aws:rds:${one.region}:${accountId}:cluster:${one.identifier}` }),
    );
    if (writer === undefined || reader === undefined) throw new RangeError(`${identifier} has no two clusters`);
    const made = new GlobalDatabase({
      kernel,
      weather,
      metrics: this.#metrics,
      identifier,
      arn: this.#globalArn(identifier),
      clusters: [writer, reader],
      ...(this.#times && { times: this.#times }),
    });
    this.#databases.set(identifier, made);
    return made;
  }

  get globalDatabases(): readonly GlobalDatabase[] {
    return [...this.#databases.values()];
  }

  globalDatabase(identifier: string): GlobalDatabase | undefined {
    return this.#databases.get(identifier);
  }

  /** Source of the resource types: Service Authorization Reference, "Actions … for Amazon RDS". */
  demands(call: ServiceCall): readonly IamDemand[] {
    const action = `rds:${call.operation}`;
    switch (call.operation) {
      case 'DescribeGlobalClusters': {
        const { GlobalClusterIdentifier } = parseInput(this.name, call, inputs.DescribeGlobalClusters);
        // A listing is authorised on every global cluster of the account.
        return [{ action, resource: this.#globalArn(GlobalClusterIdentifier ?? '*') }];
      }
      case 'DescribeDBClusters': {
        const { DBClusterIdentifier } = parseInput(this.name, call, inputs.DescribeDBClusters);
        return [{ action, resource: this.#clusterArn(call.region, DBClusterIdentifier) }];
      }
      case 'FailoverGlobalCluster': {
        const input = parseInput(this.name, call, inputs.FailoverGlobalCluster);
        return [
          { action, resource: this.#globalArn(input.GlobalClusterIdentifier) },
          { action, resource: this.#clusterArn(call.region, input.TargetDbClusterIdentifier) },
        ];
      }
      default:
        throw unknownOperation(this.name, call.operation);
    }
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    this.#rateOf(call.region).take(this.#parts.kernel.nowMs);
    switch (call.operation) {
      case 'DescribeGlobalClusters':
        return this.#describeGlobalClusters(call);
      case 'DescribeDBClusters':
        return this.#describeCluster(call);
      default:
        return this.#failOver(call);
    }
  }

  /** One by its name, or all of them in pages: API reference, DescribeGlobalClusters (MaxRecords: 100 by default). */
  #describeGlobalClusters(call: ServiceCall): Record<string, unknown> {
    const input = parseInput(this.name, call, inputs.DescribeGlobalClusters);
    const { GlobalClusterIdentifier: identifier, MaxRecords: pageSize = 100, Marker } = input;
    if (identifier !== undefined) return { GlobalClusters: [this.#found(identifier).describe()] };
    const from = Number(Marker ?? 0);
    const page = this.globalDatabases.slice(from, from + pageSize);
    const next = from + page.length;
    return {
      GlobalClusters: page.map((database) => database.describe()),
      ...(next < this.#databases.size ? { Marker: String(next) } : {}),
    };
  }

  #describeCluster(call: ServiceCall): Record<string, unknown> {
    const { DBClusterIdentifier } = parseInput(this.name, call, inputs.DescribeDBClusters);
    for (const database of this.#databases.values()) {
      const found = database.cluster(call.region, DBClusterIdentifier);
      if (found === undefined) continue;
      const { cluster, status } = found;
      return {
        DBClusters: [{ DBClusterIdentifier: cluster.identifier, DBClusterArn: cluster.arn, Status: status }],
      };
    }
    throw new AwsServiceError('DBClusterNotFoundFault', `DBCluster ${DBClusterIdentifier} not found.`, 404);
  }

  #failOver(call: ServiceCall): Record<string, unknown> {
    const input = parseInput(this.name, call, inputs.FailoverGlobalCluster);
    if (input.AllowDataLoss === true && input.Switchover === true) {
      const message = "AllowDataLoss and Switchover can't be specified together.";
      throw new AwsServiceError('InvalidParameterCombination', message);
    }
    const database = this.#found(input.GlobalClusterIdentifier);
    database.begin(call.region, input.TargetDbClusterIdentifier, input.AllowDataLoss === true);
    return { GlobalCluster: database.describe() };
  }

  #found(identifier: string): GlobalDatabase {
    const found = this.#databases.get(identifier.toLowerCase());
    if (found === undefined) {
      throw new AwsServiceError('GlobalClusterNotFoundFault', `Global cluster ${identifier} not found`, 404);
    }
    return found;
  }

  #rateOf(region: string): CallRate {
    const rate = this.#rates.get(region) ?? new CallRate();
    this.#rates.set(region, rate);
    return rate;
  }

  #globalArn(identifier: string): string {
    return `arn:aws:rds::${this.#parts.accountId}:global-cluster:${identifier}`;
  }

  #clusterArn(region: string, identifierOrArn: string): string {
    if (identifierOrArn.startsWith('arn:')) return identifierOrArn;
    return `arn:aws:rds:${region}:${this.#parts.accountId}:cluster:${identifierOrArn}`;
  }
}
