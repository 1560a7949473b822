import { functionName } from '../../plan/names.ts';
import { zonesToChange } from '../../plan/traffic.ts';
import type { InvariantFactory } from './invariant.ts';

/** Functions that the failover's state machine calls. */
const failoverFunctions = [
  'acquire-incident',
  'assess-estate',
  'scale-node-groups',
  'claim-authority',
  'recover-wave',
  'shift-traffic',
  'verify-traffic',
  'close-incident',
];
/** Control planes that sit in one region and are no part of a recovery (AWS Fault Isolation Boundaries whitepaper). */
const globalControlPlanes = new Set(['route-53', 'iam', 'cloudfront', 'organizations']);

/** What names in mode `record-change` need: the plan asked for that degraded mode by name. */
const recordOperations = new Set(['ChangeResourceRecordSets', 'ListResourceRecordSets']);

/** Rule 13: the failover asks nothing of the dying region, and no control plane of another one that the plan didn't ask for. */
export const staysInItsRegion: InvariantFactory = (evidence, broken) => {
  const { active, standby } = evidence.plan.regions;
  const prefixes = failoverFunctions.map((verbNoun) => `lambda:${functionName(evidence.plan, verbNoun)}@${standby}`);
  const zones = new Set(zonesToChange(evidence.plan, standby).map(({ hostedZoneId }) => hostedZoneId));
  return {
    rule: 13,
    onCall(entry) {
      if (entry.service === 'dns' || !prefixes.some((prefix) => entry.caller.startsWith(prefix))) return;
      if (entry.service === 'route-53' && recordOperations.has(entry.operation) && zones.has(zoneOf(entry.input)))
        return;
      if (globalControlPlanes.has(entry.service)) {
        broken(`${entry.caller} called ${entry.service} ${entry.operation}, a control plane elsewhere`);
      } else if (entry.region === active) {
        broken(`${entry.caller} called ${entry.service} ${entry.operation} in ${active}`);
      }
    },
  };
};

function zoneOf(input: unknown): string {
  const isOfZone = typeof input === 'object' && input !== null && 'HostedZoneId' in input;
  return isOfZone ? String(input.HostedZoneId).replace('/hostedzone/', '') : '';
}
