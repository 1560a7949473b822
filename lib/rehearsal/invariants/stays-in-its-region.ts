import { failoverStateMachineName } from '../../plan/names.ts';
import { zonesToChange } from '../../plan/traffic.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { InvariantFactory } from './invariant.ts';

/** Control planes that sit in one region and are no part of a recovery (AWS Fault Isolation Boundaries whitepaper). */
const globalControlPlanes = new Set(['route-53', 'iam', 'cloudfront', 'organizations']);

/** What names in mode `record-change` need: the plan asked for that degraded mode by name. */
const recordOperations = new Set(['ChangeResourceRecordSets', 'ListResourceRecordSets']);

/** Rule 13: the failover asks nothing of the dying region, and no control plane of another one that the plan didn't ask for. */
export const staysInItsRegion: InvariantFactory = (evidence, broken) => {
  const { active, standby } = evidence.plan.regions;
  const zones = new Set(zonesToChange(evidence.plan, standby).map(({ hostedZoneId }) => hostedZoneId));
  const machine = `states:${failoverStateMachineName(evidence.plan)}/`;
  /** What the state machine is and calls, as callers without their number. */
  const steps = new Set<string>();
  /** Faults of callers of which it isn't known yet that the state machine called them: an invocation is told at its end. */
  const waiting = new Map<string, string[]>();
  const faultOf = (entry: TraceEntry): string | undefined => {
    const { service, operation, region, input } = entry;
    if (service === 'dns') return undefined;
    if (service === 'route-53' && recordOperations.has(operation) && zones.has(zoneOf(input))) return undefined;
    if (globalControlPlanes.has(service)) return `called ${service} ${operation}, a control plane elsewhere`;
    return region === active ? `called ${service} ${operation} in ${active}` : undefined;
  };
  return {
    rule: 13,
    onCall(entry) {
      const isMachine = entry.caller.startsWith(machine) && entry.caller.endsWith(`@${standby}`);
      if (isMachine && entry.service === 'lambda') {
        const step = `lambda:${functionNameOf(entry.input)}@${standby}`;
        steps.add(step);
        for (const fault of waiting.get(step) ?? []) broken(fault);
        waiting.delete(step);
      }
      const fault = faultOf(entry);
      if (fault === undefined) return;
      const caller = entry.caller.replace(/#\d+$/, '');
      const said = `${entry.caller} ${fault}`;
      if (isMachine || steps.has(caller)) broken(said);
      else if (caller.startsWith('lambda:')) waiting.set(caller, [...(waiting.get(caller) ?? []), said]);
    },
  };
};

function functionNameOf(input: unknown): string {
  const isInvocation = typeof input === 'object' && input !== null && 'FunctionName' in input;
  return isInvocation ? (String(input.FunctionName).split(':').at(-1) ?? '') : '';
}

function zoneOf(input: unknown): string {
  const isOfZone = typeof input === 'object' && input !== null && 'HostedZoneId' in input;
  return isOfZone ? String(input.HostedZoneId).replace('/hostedzone/', '') : '';
}
