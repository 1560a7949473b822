import { DescribeGlobalClustersCommand, type GlobalCluster, type RDSClient } from '@aws-sdk/client-rds';

/**
 * The global databases of the account. All who ask at the same instant share one listing, because a failover follows
 * every database of the estate at once; who asks later gets a listing of its own. Needs `rds:DescribeGlobalClusters` on
 * every global cluster of the account: a listing is authorised as that.
 */
export class GlobalClusters {
  readonly #rds: Pick<RDSClient, 'send'>;
  #coming: Promise<ReadonlyMap<string, GlobalCluster>> | undefined;

  constructor(rds: Pick<RDSClient, 'send'>) {
    this.#rds = rds;
  }

  /** Undefined: there is none of this name. RDS knows names in lower case. */
  async find(identifier: string, signal: AbortSignal): Promise<GlobalCluster | undefined> {
    this.#coming ??= this.#soon(signal);
    return (await this.#coming).get(identifier.toLowerCase());
  }

  /** Whoever asks before the request goes out is served by it; what is under way already may not know their last change. */
  async #soon(signal: AbortSignal): Promise<ReadonlyMap<string, GlobalCluster>> {
    await Promise.resolve();
    this.#coming = undefined;
    const found = new Map<string, GlobalCluster>();
    let marker: string | undefined;
    do {
      const page = await this.#rds.send(new DescribeGlobalClustersCommand({ Marker: marker }), { abortSignal: signal });
      for (const cluster of page.GlobalClusters ?? []) found.set(cluster.GlobalClusterIdentifier ?? '', cluster);
      marker = page.Marker;
    } while (marker !== undefined);
    return found;
  }
}
