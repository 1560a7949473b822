import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';
import { approvalFindings } from './approval.ts';
import { awsHealthFindings } from './aws-health.ts';
import { cycleFindings } from './cycles.ts';
import { dataStoreFindings } from './data-stores.ts';
import { nameFindings } from './names.ts';
import { prewarmFindings } from './prewarm.ts';
import { recordBatchFindings } from './record-batches.ts';
import { referenceFindings } from './references.ts';
import { regionFindings } from './regions.ts';
import { routingControlFindings } from './routing-controls.ts';
import { targetFindings } from './targets.ts';
import { trafficAndDetectionFindings } from './traffic-and-detection.ts';

/** Everything that a schema can't say of a plan because it looks across it. */
export function ruleFindings(plan: LoosePlan): Finding[] {
  return [
    ...regionFindings(plan),
    ...nameFindings(plan),
    ...referenceFindings(plan),
    ...cycleFindings(plan),
    ...targetFindings(plan),
    ...dataStoreFindings(plan),
    ...trafficAndDetectionFindings(plan),
    ...awsHealthFindings(plan),
    ...routingControlFindings(plan),
    ...recordBatchFindings(plan),
    ...approvalFindings(plan),
    ...prewarmFindings(plan),
  ];
}
