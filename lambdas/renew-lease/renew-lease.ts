import type { RenewResult } from '../../lib/authority/authority.ts';
import type { AuthorityRecord } from '../../lib/authority/authority-record.ts';
import type { SlotResult } from '../../lib/detection/slots.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { beatSlots } from '../shared/beat.ts';
import type { OutputOf } from '../shared/contract.ts';
import type { IncidentEvents } from '../shared/incident-events.ts';
import { errorFields, type Log } from '../shared/log.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import { isTransientFailure } from '../shared/transient-failure.ts';
import type { contract } from './contract.ts';

export interface LeaseAuthority {
  read(signal?: AbortSignal): Promise<AuthorityRecord | undefined>;
  bootstrap(
    first: { region: string; nowMs: number; leaseSeconds: number },
    signal?: AbortSignal,
  ): Promise<AuthorityRecord>;
  renew(
    lease: { region: string; epoch: number; nowMs: number; leaseSeconds: number },
    signal?: AbortSignal,
  ): Promise<RenewResult>;
}

export interface RenewLeaseDependencies {
  readonly plan: Plan;
  readonly runtime: Runtime;
  readonly log: Log;
  readonly authority: LeaseAuthority;
  /** Takes a slot for one invocation. */
  slots(): { take(slotMs: number, signal?: AbortSignal): Promise<SlotResult> };
  readonly events: IncidentEvents;
  /** Tells the other region that this one is alive. */
  heartbeat(atMs: number, signal: AbortSignal): Promise<void>;
  readonly metrics: Metrics;
}

/** The lease is renewed every 10 s: six chances within the default lease of 60 s. */
const renewalSeconds = 10;

/** The beat in the metric Beats. */
const beat = { Beat: 'renew-lease' } as const;

type Dependencies = RenewLeaseDependencies & Invocation;

export async function renewLease(_input: unknown, dependencies: Dependencies): Promise<OutputOf<typeof contract>> {
  const { runtime, signal, log, metrics } = dependencies;
  const slots = dependencies.slots();
  let role: 'active' | 'standby' = 'standby';
  let renewals = 0;
  let heartbeats = 0;
  let isUnheard = false;
  const failures: unknown[] = [];
  let record: AuthorityRecord | undefined;
  for await (const slotMs of beatSlots({ intervalSeconds: renewalSeconds, runtime, signal })) {
    try {
      // Read once: who holds the authority later is what each renewal is conditional on.
      record ??= await activeRecord(dependencies);
      role = record === undefined ? 'standby' : 'active';
      if (record === undefined) {
        metrics.record({ Beats: 1 }, beat);
        // Nothing to keep alive here; the next start of the function looks again.
        break;
      }
      if (!(await slots.take(slotMs, signal)).taken) continue;
      const [renewed, beaten] = await Promise.allSettled([
        renew(record, dependencies),
        dependencies.heartbeat(slotMs, signal),
      ]);
      if (beaten.status === 'fulfilled') {
        heartbeats++;
        isUnheard = false;
      } else if (isTransientFailure(beaten.reason)) {
        // The other region may be the one that is dead: then its ear is, too, for hours, and that is no failure here.
        if (!isUnheard) log.warn('heartbeats not heard', errorFields(beaten.reason));
        isUnheard = true;
      } else failures.push(beaten.reason);
      if (renewed.status === 'rejected') throw renewed.reason;
      metrics.record({ Beats: 1 }, beat);
      if (renewed.value.outcome === 'lost') {
        role = 'standby';
        record = undefined;
        break;
      }
      record = renewed.value.record;
      if (renewed.value.outcome === 'renewed') renewals++;
    } catch (error) {
      // The next slot may go well; the failure is thrown at the end.
      log.warn('lease not renewed', { slot: new Date(slotMs).toISOString(), ...errorFields(error) });
      failures.push(error);
      metrics.record({ Beats: 0 }, beat);
    }
  }
  if (failures.length > 0) throw failures[0];
  return { role, renewals, heartbeats };
}

/** The record when this region is the active one. */
async function activeRecord(dependencies: Dependencies): Promise<AuthorityRecord | undefined> {
  const { plan, runtime, authority, signal } = dependencies;
  let record = await authority.read(signal);
  if (record === undefined && runtime.region === plan.regions.active) {
    const first = { region: runtime.region, nowMs: runtime.nowMs(), leaseSeconds: plan.authority.leaseSeconds };
    record = await authority.bootstrap(first, signal);
  }
  return record?.activeRegion === runtime.region ? record : undefined;
}

type Renewal =
  | { readonly outcome: 'renewed' | 'asked-to-yield'; readonly record: AuthorityRecord }
  /** Another region has taken over since the record was read. */
  | { readonly outcome: 'lost' };

async function renew(record: AuthorityRecord, dependencies: Dependencies): Promise<Renewal> {
  const { plan, runtime, authority, signal } = dependencies;
  const { leaseSeconds } = plan.authority;
  const { region } = runtime;
  let result = await authority.renew({ region, epoch: record.epoch, nowMs: runtime.nowMs(), leaseSeconds }, signal);
  if (result.outcome === 'stale' && result.record.activeRegion === region) {
    // The authority went and came back while this invocation slept.
    const { epoch } = result.record;
    result = await authority.renew({ region, epoch, nowMs: runtime.nowMs(), leaseSeconds }, signal);
  }
  switch (result.outcome) {
    case 'done':
      return { outcome: 'renewed', record: result.record };
    case 'asked-to-yield': {
      const { incidentId, untilMs } = result.request;
      const until = new Date(untilMs).toISOString();
      await dependencies.events.announce('Yield Requested', { incidentId, region, until }, signal);
      return { outcome: 'asked-to-yield', record: result.record };
    }
    case 'stale':
    case 'missing':
      return { outcome: 'lost' };
  }
}
