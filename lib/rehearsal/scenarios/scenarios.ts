import { closest, distance } from 'fastest-levenshtein';
import { InputError } from '../../plan/input-error.ts';
import { aborted } from './aborted.ts';
import { abortedYield } from './aborted-yield.ts';
import { approvalExpired } from './approval-expired.ts';
import { awsHealth } from './aws-health.ts';
import { blip } from './blip.ts';
import { controlPlaneDown } from './control-plane-down.ts';
import { crowdedApi } from './crowded-api.ts';
import { cutPath } from './cut-path.ts';
import { degradedRegion } from './degraded-region.ts';
import { failedPromotion } from './failed-promotion.ts';
import { flapping } from './flapping.ts';
import { grayRegion } from './gray-region.ts';
import { laggingReplica } from './lagging-replica.ts';
import { needsApproval } from './needs-approval.ts';
import { noCapacity } from './no-capacity.ts';
import { oneSignal } from './one-signal.ts';
import { regionLoss } from './region-loss.ts';
import type { Scenario } from './scenario.ts';
import { staleActor } from './stale-actor.ts';
import { stoppedByHand } from './stopped-by-hand.ts';
import { twice } from './twice.ts';

export const scenarios: readonly Scenario[] = [
  regionLoss,
  blip,
  oneSignal,
  cutPath,
  grayRegion,
  awsHealth,
  degradedRegion,
  flapping,
  noCapacity,
  crowdedApi,
  twice,
  controlPlaneDown,
  staleActor,
  stoppedByHand,
  aborted,
  abortedYield,
  needsApproval,
  approvalExpired,
  laggingReplica,
  failedPromotion,
];

/** Throws InputError with the nearest name for one that doesn't exist. */
export function scenarioNamed(name: string): Scenario {
  const found = scenarios.find((scenario) => scenario.name === name);
  if (found !== undefined) return found;
  const names = scenarios.map((scenario) => scenario.name);
  const nearest = closest(name, names);
  const hint = distance(name, nearest) <= 4 ? `did you mean ${nearest}? ` : '';
  throw new InputError(`there is no scenario ${name}: ${hint}(lifeboat rehearse --list names ${names.join(', ')})`);
}
