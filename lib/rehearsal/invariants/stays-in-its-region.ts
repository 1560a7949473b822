import { functionName } from '../../plan/names.ts';
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

/** Rule 13: the failover asks nothing of the dying region, and no control plane of another one. */
export const staysInItsRegion: InvariantFactory = (evidence, broken) => {
  const { active, standby } = evidence.plan.regions;
  const prefixes = failoverFunctions.map((verbNoun) => `lambda:${functionName(evidence.plan, verbNoun)}@${standby}`);
  return {
    rule: 13,
    onCall(entry) {
      if (entry.service === 'dns' || !prefixes.some((prefix) => entry.caller.startsWith(prefix))) return;
      if (globalControlPlanes.has(entry.service)) {
        broken(`${entry.caller} called ${entry.service} ${entry.operation}, a control plane elsewhere`);
      } else if (entry.region === active) {
        broken(`${entry.caller} called ${entry.service} ${entry.operation} in ${active}`);
      }
    },
  };
};
