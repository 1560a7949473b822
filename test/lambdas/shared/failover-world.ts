import { Authority } from '../../../lib/authority/authority.ts';
import { IncidentLock } from '../../../lib/authority/incident-lock.ts';
import { IncidentStore } from '../../../lib/detection/incident-store.ts';
import { PageMarker } from '../../../lib/detection/page-marker.ts';
import { SignalStore } from '../../../lib/detection/signal-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { SignalKind } from '../../../lib/plan/plan.ts';
import { FakeRuntime } from './fake-runtime.ts';
import { active, samplePlan, standby } from './sample-plan.ts';
import { SimulatedTables } from './simulated-tables.ts';

export const startMs = Date.parse('2026-03-01T12:00:00.000Z');
export const at = (seconds: number): string => new Date(startMs + seconds * 1000).toISOString();

/** The standby region's side of a failover: the active region renewed its lease for the last time at the start. */
export async function failoverWorld(changes: Parameters<typeof samplePlan>[0] = {}) {
  const tables = new SimulatedTables();
  const { client } = tables;
  const runtime = new FakeRuntime({ region: standby, now: at(0) });
  const plan = samplePlan(changes);
  const authority = new Authority({ client, tableName: 'authority', estate: plan.estate });
  await authority.bootstrap({ region: active, nowMs: startMs, leaseSeconds: plan.authority.leaseSeconds });
  const signals = new SignalStore({
    ...{ client, tableName: 'coordination', region: active },
    missingAfterSeconds: plan.detection.missingAfterSeconds,
  });
  return {
    tables,
    signals: () => signals,
    /** These signals say now that the active region is unhealthy. */
    unhealthy: async (...names: readonly SignalKind[]) => {
      const observedAt = new Date(runtime.nowMs()).toISOString();
      for (const signal of names) await signals.observe({ signal, state: 'unhealthy', observedAt });
    },
    plan,
    runtime,
    authority,
    lock: new IncidentLock({ client, tableName: 'coordination' }),
    incidents: new IncidentStore({ client, tableName: 'coordination', estate: plan.estate, region: active }),
    pages: new PageMarker({ client, tableName: 'coordination', nowMs: runtime.nowMs }),
    journal: new Journal({ client, tableName: 'journal', nowMs: runtime.nowMs }),
    signal: new AbortController().signal,
  };
}
