import type { FunctionRun } from '../aws/lambda/execution-instance.ts';
import type { AcknowledgedWrite, SimulatedDataStore } from '../estate/data-store.ts';
import type { TraceEntry } from '../world/trace.ts';
import { capacityStays } from './capacity-stays.ts';
import { dnsFollowsAuthority } from './dns-follows-authority.ts';
import { epochGrows } from './epoch-grows.ts';
import { everythingEnds } from './everything-ends.ts';
import { falseAlarm } from './false-alarm.ts';
import { fencedPromotion } from './fenced-promotion.ts';
import { healthRecorded } from './health-recorded.ts';
import type { BrokenRule, Evidence, Invariant, InvariantFactory, Recovery } from './invariant.ts';
import { leaseEnded } from './lease-ended.ts';
import { namesResolve } from './names-resolve.ts';
import { noStaleEffect } from './no-stale-effect.ts';
import { oneFailover } from './one-failover.ts';
import { order } from './order.ts';
import { recordAgrees } from './record-agrees.ts';
import { secretsStayOut } from './secrets-stay-out.ts';
import { singleWriter } from './single-writer.ts';
import { staysInItsRegion } from './stays-in-its-region.ts';

const allRules: readonly InvariantFactory[] = [
  singleWriter,
  epochGrows,
  noStaleEffect,
  namesResolve,
  dnsFollowsAuthority,
  oneFailover,
  leaseEnded,
  fencedPromotion,
  capacityStays,
  recordAgrees,
  healthRecorded,
  everythingEnds,
  staysInItsRegion,
  secretsStayOut,
  falseAlarm,
  order,
];

/** All rules over one rehearsal. */
export class RuleBook {
  readonly #invariants: readonly Invariant[];
  readonly #broken: BrokenRule[] = [];

  constructor(evidence: Evidence) {
    this.#invariants = allRules.map((make) => {
      // The rule's number is known only once it is made; what breaks it comes later.
      const invariant: Invariant = make(evidence, (detail) => {
        this.#broken.push({ rule: invariant.rule, at: new Date(evidence.nowMs()).toISOString(), detail });
      });
      return invariant;
    });
  }

  get checked(): number {
    return this.#invariants.length;
  }

  get broken(): readonly BrokenRule[] {
    return this.#broken;
  }

  onRun(run: FunctionRun): void {
    for (const invariant of this.#invariants) invariant.onRun?.(run);
  }

  onCall(entry: TraceEntry): void {
    for (const invariant of this.#invariants) invariant.onCall?.(entry);
  }

  onWrite(store: SimulatedDataStore, write: AcknowledgedWrite): void {
    for (const invariant of this.#invariants) invariant.onWrite?.(store, write);
  }

  onServed(application: string, region: string): void {
    for (const invariant of this.#invariants) invariant.onServed?.(application, region);
  }

  onTick(): void {
    for (const invariant of this.#invariants) invariant.onTick?.();
  }

  onLogLine(process: string, text: string): void {
    for (const invariant of this.#invariants) invariant.onLogLine?.(process, text);
  }

  onEnd(recoveries: readonly Recovery[]): void {
    for (const invariant of this.#invariants) invariant.onEnd?.(recoveries);
  }
}
