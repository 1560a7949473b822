import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { RDSClient } from '@aws-sdk/client-rds';
import { AuroraGlobalDriver } from '../../../lib/data/aurora-global-driver.ts';
import { GlobalClusters } from '../../../lib/data/global-clusters.ts';
import type { AuroraGlobalStore } from '../../../lib/plan/plan.ts';
import { CloudWatchService } from '../../../lib/rehearsal/aws/cloudwatch/cloudwatch-service.ts';
import { RdsService } from '../../../lib/rehearsal/aws/rds/rds-service.ts';
import type { AwsService, WorldParts } from '../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../lib/rehearsal/kernel/quiesce.ts';
import { RegionWeather } from '../../../lib/rehearsal/world/weather.ts';

export const home = 'eu-central-1';
export const away = 'eu-west-1';
export const startMs = Date.UTC(2026, 0, 5, 9);

export function auroraStore(name: string, changes: Partial<AuroraGlobalStore> = {}): AuroraGlobalStore {
  return {
    name,
    kind: 'aurora-global',
    globalCluster: name,
    clusters: { [home]: `${name}-a`, [away]: `${name}-b` },
    lossBudgetSeconds: 60,
    acceptUnprovedFence: false,
    ...changes,
  };
}

/** The simulated RDS and CloudWatch, asked without network and permissions. */
export class AuroraWorld {
  readonly kernel = new Kernel({ seed: 5, startMs, quiesce });
  readonly weather = new RegionWeather();
  readonly rds: RdsService;
  readonly cloudwatch: CloudWatchService;
  readonly calls: string[] = [];
  readonly signal = new AbortController().signal;

  constructor() {
    const { kernel, weather } = this;
    const parts: WorldParts = { kernel, weather, accountId: '111122223333', bus: { call: () => undefined } };
    this.cloudwatch = new CloudWatchService(parts, { events: { emit: () => undefined } });
    this.rds = new RdsService(parts, { metrics: this.cloudwatch });
  }

  define(store: AuroraGlobalStore) {
    return this.rds.defineGlobalCluster({
      identifier: store.globalCluster,
      clusters: [
        { region: home, identifier: store.clusters[home] ?? '' },
        { region: away, identifier: store.clusters[away] ?? '' },
      ],
    });
  }

  driver(store: AuroraGlobalStore, region = away): AuroraGlobalDriver {
    const rds = this.#client(this.rds, region) as RDSClient;
    return new AuroraGlobalDriver({
      rds,
      globalClusters: new GlobalClusters(rds),
      metrics: this.#client(this.cloudwatch, region) as CloudWatchClient,
      store,
      region,
      peerRegion: region === away ? home : away,
      nowMs: () => this.kernel.nowMs,
    });
  }

  call(operation: string, input: Record<string, unknown>, region = away) {
    const caller = { principal: 'role', name: 'test', accountId: '111122223333', region };
    const call = { caller, region, operation, input };
    this.rds.demands(call);
    return this.rds.invoke(call);
  }

  async pass(seconds: number): Promise<void> {
    await this.kernel.run(this.kernel.nowMs + seconds * 1000);
  }

  #client(service: AwsService, region: string): unknown {
    return {
      send: async (command: { readonly constructor: { readonly name: string }; readonly input: object }) => {
        const operation = command.constructor.name.replace(/Command$/, '');
        const caller = { principal: 'role', name: 'test', accountId: '111122223333', region };
        const call = { caller, region, operation, input: { ...command.input } };
        this.calls.push(operation);
        service.demands(call);
        return service.invoke(call);
      },
    };
  }
}
