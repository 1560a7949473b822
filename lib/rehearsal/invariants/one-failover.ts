import { authorityTableName, functionName, peerRegion } from '../../plan/names.ts';
import { type SignalKind, signalKinds } from '../../plan/plan.ts';
import { vantageOf } from '../../plan/signals.ts';
import { isWriteTo } from './epoch-grows.ts';
import type { AuthorityState, InvariantFactory } from './invariant.ts';
import { payloadOf } from './payload.ts';

/** Rule 4: no failover without a quorum of independent signals, at most one in a block period. */
export const oneFailover: InvariantFactory = (evidence, broken) => {
  const { plan } = evidence;
  const table = authorityTableName(plan);
  const assess = functionName(plan, 'assess-incident');
  /** By the region that is observed. */
  const unhealthy = new Map<string, Set<SignalKind>>();
  let last: AuthorityState | undefined = evidence.authority();
  let lastMoveMs: number | undefined;
  return {
    rule: 4,
    onCall(entry) {
      if (entry.service === 'lambda' && namesFunction(entry.input, assess)) {
        note(payloadOf(entry.input), peerRegion(plan, entry.region), unhealthy);
      }
      if (entry.service !== 'dynamodb' || !isWriteTo(entry.input, table)) return;
      const now = evidence.authority();
      if (last !== undefined && now !== undefined && now.activeRegion !== last.activeRegion) {
        const signals = [...(unhealthy.get(last.activeRegion) ?? [])];
        const vantages = new Set(signals.map((signal) => vantageOf[signal]));
        if (vantages.size < plan.detection.quorum) {
          broken(
            `${now.activeRegion} took over on the word of ${vantages.size} vantages (${signals.join(', ')}); the quorum is ${plan.detection.quorum}`,
          );
        }
        const sinceSeconds =
          lastMoveMs === undefined ? Number.POSITIVE_INFINITY : (evidence.nowMs() - lastMoveMs) / 1000;
        if (sinceSeconds < plan.detection.blockSeconds)
          broken(`a second failover ${Math.round(sinceSeconds)} s after the first`);
        lastMoveMs = evidence.nowMs();
      }
      last = now ?? last;
    },
  };
};

function namesFunction(input: unknown, name: string): boolean {
  if (typeof input !== 'object' || input === null || !('FunctionName' in input)) return false;
  const given = String(input.FunctionName);
  return given === name || given.endsWith(`:function:${name}`);
}

/** An observation by its signal: a probe's event, or an alarm's change of state, which speaks of the other region. */
function note(event: unknown, otherRegion: string, unhealthy: Map<string, Set<SignalKind>>): void {
  if (typeof event !== 'object' || event === null || !('detail' in event)) return;
  const { detail } = event;
  if (typeof detail !== 'object' || detail === null || !('state' in detail)) return;
  const signal = signalOf(detail);
  const { state } = detail;
  const value = typeof state === 'object' && state !== null && 'value' in state ? state.value : state;
  const region = 'region' in detail && typeof detail.region === 'string' ? detail.region : otherRegion;
  const ofRegion = unhealthy.get(region) ?? new Set<SignalKind>();
  unhealthy.set(region, ofRegion);
  if (value === 'unhealthy' || value === 'ALARM') ofRegion.add(signal);
  else ofRegion.delete(signal);
}

/** Of the two kinds of alarms only the heartbeat's has that name. */
function signalOf(detail: object): SignalKind {
  const given = 'signal' in detail ? detail.signal : undefined;
  const known = signalKinds.find((kind) => kind === given);
  if (known !== undefined) return known;
  const isHeartbeat = 'alarmName' in detail && String(detail.alarmName).endsWith('-heartbeat');
  return isHeartbeat ? 'heartbeat-alarm' : 'application-alarm';
}
