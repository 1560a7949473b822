import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Plan } from '../../../lib/plan/plan.ts';
import { samplePlan } from './sample-plan.ts';

/** Deploys a plan to a temporary file and names everything in the environment as a deployment would. */
export function deployEnvironment(plan: Plan = samplePlan()): void {
  const file = join(mkdtempSync(join(tmpdir(), 'plan-')), 'plan.json');
  writeFileSync(file, JSON.stringify(plan));
  Object.assign(process.env, {
    PLAN_FILE: file,
    ESTATE: plan.estate,
    AUTHORITY_TABLE: 'authority',
    AUTHORITY_REGION: 'eu-west-1',
    COORDINATION_TABLE: 'coordination',
    CAPTURES_TABLE: 'captures',
    JOURNAL_TABLE: 'journal',
    OPERATORS_TOPIC_ARN: 'arn:topic',
    FAILOVER_STATE_MACHINE_ARN: 'arn:machine',
  });
}
