import { Authority } from '../../../lib/authority/authority.ts';
import { IncidentLock } from '../../../lib/authority/incident-lock.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { ClosedIngressStore } from '../../../lib/cluster/closed-ingress-store.ts';
import { PrewarmStore } from '../../../lib/cluster/prewarm-store.ts';
import { platformName } from '../../../lib/cluster/scope.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { SignalStore } from '../../../lib/detection/signal-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { readPlan } from '../../../lib/plan/read-plan.ts';
import { SimulatedTables } from '../../lambdas/shared/simulated-tables.ts';

export const plan: Plan = readPlan('examples/bank/lifeboat.yaml');
export const { active, standby } = plan.regions;

const reached = {
  rtoTargetSeconds: 60,
  rtoSeconds: 50,
  rpoTargetSeconds: 60,
  rpoSeconds: 0,
  rpoBasis: 'no-data',
  met: true,
  reason: '',
  remedy: '',
} as const;

/** The tables of the example estate in both regions; the authority is told to both, as its table does. */
export class EstateOfTables {
  readonly regions = new Map([active, standby].map((region) => [region, new SimulatedTables(`${plan.estate}-`)]));

  of(region: string): SimulatedTables {
    return this.regions.get(region)!;
  }

  authorities(): Authority[] {
    return [...this.regions.values()].map(
      ({ client }) => new Authority({ client, tableName: `${plan.estate}-authority`, estate: plan.estate }),
    );
  }

  coordination(region: string) {
    return { client: this.of(region).client, tableName: `${plan.estate}-coordination` };
  }

  lock(region: string): IncidentLock {
    return new IncidentLock(this.coordination(region));
  }

  incidents(observer: string, region: string): IncidentStore {
    return new IncidentStore({ ...this.coordination(observer), estate: plan.estate, region });
  }

  signals(observer: string, region: string): SignalStore {
    return new SignalStore({ ...this.coordination(observer), ...plan.detection, region });
  }

  /** The active region renews its lease and tells the standby what runs, all at this instant. */
  async live(nowMs: number): Promise<void> {
    await this.leased(nowMs);
    await this.captured(nowMs);
  }

  async leased(nowMs: number): Promise<void> {
    const first = { region: active, nowMs, leaseSeconds: plan.authority.leaseSeconds };
    for (const authority of this.authorities()) await authority.bootstrap(first);
  }

  async captured(capturedAtMs: number, names: readonly string[] = this.names()): Promise<void> {
    const store = new CaptureStore(this.of(standby).client, `${plan.estate}-captures`);
    for (const application of names) {
      const nothing = { workloads: [], cronJobs: [], requiredSecrets: [] };
      await store.write({ application, region: active, epoch: 1, capturedAtMs, ...nothing }, []);
    }
  }

  names(): string[] {
    return [platformName, ...plan.applications.map(({ name }) => name)];
  }

  async prewarmed(region: string, startedAt: string): Promise<void> {
    const nothing = { nodeGroups: [], clusters: [], workloads: [] };
    await new PrewarmStore(this.coordination(region)).begin({ incidentId: 'bank-1', startedAt, ...nothing });
  }

  async closed(region: string, closedAt: string): Promise<void> {
    await new ClosedIngressStore(this.coordination(region)).begin({ closedAt, workloads: [] });
  }

  /** The record of an execution for incident bank-1 that was held. */
  async recorded(
    region: string,
    record: { readonly executionArn: string; readonly closedAt: string; readonly missed: readonly string[] },
  ): Promise<void> {
    const { client } = this.of(region);
    const nowMs = () => Date.parse(record.closedAt);
    const journal = new Journal({ client, tableName: `${plan.estate}-journal`, nowMs });
    const { executionArn, closedAt, missed } = record;
    const applications = ['ledger', 'cards'].map((name) => ({ name, ...reached, met: !missed.includes(name) }));
    const detail = {
      executionArn,
      incidentId: 'bank-1',
      outcome: 'held',
      disasterAt: closedAt,
      startedAt: closedAt,
      closedAt,
      platform: reached,
      applications,
      error: 'WaveShortError',
    } as const;
    await journal.append({ incidentId: 'bank-1', kind: 'execution-closed', executionArn, detail });
  }
}
