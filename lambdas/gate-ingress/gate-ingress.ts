import type { Authority } from '../../lib/authority/authority.ts';
import { type AuthorityRecord, yieldRequestAt } from '../../lib/authority/authority-record.ts';
import type { ClosedIngressStore, ClosedWorkload } from '../../lib/cluster/closed-ingress-store.ts';
import type { IngressGate } from '../../lib/cluster/ingress-gate.ts';
import { type Journal, noExecution } from '../../lib/evidence/journal.ts';
import type { InputOf, OutputOf } from '../shared/contract.ts';
import { DependencyUnavailableError } from '../shared/errors.ts';
import type { Metrics } from '../shared/metrics.ts';
import type { Runtime } from '../shared/runtime.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface GateIngressDependencies {
  readonly runtime: Runtime;
  readonly authority: Pick<Authority, 'read' | 'giveUpLease' | 'forgetYield'>;
  readonly gate: Pick<IngressGate, 'running' | 'close' | 'open' | 'isClosed'>;
  readonly store: Pick<ClosedIngressStore, 'read' | 'begin' | 'end'>;
  readonly journal: Pick<Journal, 'append'>;
  readonly metrics: Metrics;
}

type Dependencies = GateIngressDependencies & Invocation;
type Output = OutputOf<typeof contract>;

/** Pods leave their Service as soon as they are deleted, which a controller does within a second or two. */
const closingSeconds = 20;
const pollMs = 500;

/** The beat in the metric Beats. */
const beat = { Beat: 'gate-ingress' } as const;

export async function gateIngress(_input: InputOf<typeof contract>, dependencies: Dependencies): Promise<Output> {
  const { metrics } = dependencies;
  try {
    const output = await openOrClose(dependencies);
    metrics.record({ Beats: 1 }, beat);
    return output;
  } catch (error) {
    metrics.record({ Beats: 0 }, beat);
    throw error;
  }
}

async function openOrClose(dependencies: Dependencies): Promise<Output> {
  const { runtime, authority, signal } = dependencies;
  const record = await authority.read(signal);
  const isActive = record?.activeRegion === runtime.region;
  // Before the first failover no region was left, and how much of a standby's ingress runs is the plan's business.
  if (record === undefined || (!isActive && record.lastFailoverAt === undefined)) {
    return { ingress: 'left-alone', changed: [], leaseGivenUp: false };
  }
  const isAsked = yieldRequestAt(record, runtime.nowMs()) !== undefined;
  return isActive && !isAsked ? keepOpen(record, dependencies) : keepClosed(record, isActive, dependencies);
}

async function keepOpen(record: AuthorityRecord, dependencies: Dependencies): Promise<Output> {
  const { runtime, authority, gate, store, journal, signal } = dependencies;
  const { epoch, yieldRequest } = record;
  const closed = await store.read(signal);
  const changed = (closed?.workloads ?? []).map(nameOf);
  if (closed !== undefined) {
    await gate.open(closed.workloads);
    await store.end(signal);
    const incidentId = yieldRequest?.incidentId ?? incidentOf(record);
    const entry = { subject: closed.closedAt, detail: { epoch, workloads: changed } };
    await journal.append({ incidentId, kind: 'ingress-opened', executionArn: noExecution, ...entry }, signal);
  }
  // Last: while a request stands, however old, nobody captures a closed ingress as if it were all that ran.
  if (yieldRequest !== undefined) await authority.forgetYield({ epoch, nowMs: runtime.nowMs() }, signal);
  return { ingress: 'open', changed, leaseGivenUp: false };
}

async function keepClosed(record: AuthorityRecord, isActive: boolean, dependencies: Dependencies): Promise<Output> {
  const { runtime, authority, gate, store, journal, signal } = dependencies;
  const { epoch } = record;
  const running = await gate.running();
  if (running.length > 0) {
    await store.begin({ closedAt: new Date(runtime.nowMs()).toISOString(), workloads: running }, signal);
    await gate.close(running);
  }
  await untilClosed(dependencies);
  // Only now: whoever claims next may serve at once.
  const given = isActive
    ? await authority.giveUpLease({ region: runtime.region, epoch, nowMs: runtime.nowMs() }, signal)
    : undefined;
  const leaseGivenUp = given?.outcome === 'done';
  const changed = running.map(nameOf);
  if (changed.length > 0 || leaseGivenUp) {
    const incidentId = record.yieldRequest?.incidentId ?? incidentOf(record);
    const subject = `${epoch}/${leaseGivenUp ? 'yielded' : 'left'}`;
    const detail = { epoch, workloads: changed, leaseGivenUp };
    await journal.append({ incidentId, kind: 'ingress-closed', executionArn: noExecution, subject, detail }, signal);
  }
  return { ingress: 'closed', changed, leaseGivenUp };
}

async function untilClosed({ runtime, gate, signal }: Dependencies): Promise<void> {
  const untilMs = runtime.nowMs() + closingSeconds * 1000;
  while (!(await gate.isClosed())) {
    if (runtime.nowMs() > untilMs) {
      throw new DependencyUnavailableError(`the ingress still has ready pods after ${closingSeconds} s`);
    }
    await runtime.sleep(pollMs, signal);
  }
}

function incidentOf({ incidentId, epoch }: AuthorityRecord): string {
  return incidentId ?? `epoch-${epoch}`;
}

function nameOf({ kind, namespace, name }: ClosedWorkload): string {
  return `${kind} ${namespace}/${name}`;
}
