import type { AssessedStore } from '../../lib/evidence/journal-details.ts';
import type { Plan } from '../../lib/plan/plan.ts';

export interface ApprovalNeed {
  readonly required: boolean;
  /** Sentences for people; empty where nobody has to be asked. */
  readonly reasons: readonly string[];
  readonly approversNeeded: number;
  /** From the first question. */
  readonly remindAfterSeconds: number;
  readonly escalateAfterSeconds: number;
  readonly expireAfterSeconds: number;
}

/** Whether people must agree before the epoch is claimed, and why: the plan says so, or the data asks for it. */
export function approvalNeeded(plan: Pick<Plan, 'approval'>, stores: readonly AssessedStore[]): ApprovalNeed {
  const { mode, approvers, remindAfterSeconds, escalateAfterSeconds, expireAfterSeconds } = plan.approval;
  const reasons = [
    ...(mode === 'approval' ? ['The plan asks for approval of every failover.'] : []),
    ...stores.flatMap(storeReasons),
  ];
  return {
    required: reasons.length > 0,
    reasons,
    approversNeeded: approvers,
    remindAfterSeconds,
    escalateAfterSeconds,
    expireAfterSeconds,
  };
}

function storeReasons(standing: AssessedStore): string[] {
  const { application, store, lagSeconds, lossBudgetSeconds, fence, unprovedAccepted } = standing;
  const name = `${store} of ${application}`;
  const reasons: string[] = [];
  if (lagSeconds === null) {
    reasons.push(`How much data ${name} would lose is unknown.`);
  } else if (lagSeconds > lossBudgetSeconds) {
    reasons.push(`${name} would lose ${lagSeconds} s of data; its budget is ${lossBudgetSeconds} s.`);
  }
  if (fence === 'unproved' && !unprovedAccepted) {
    reasons.push(`Nothing proves that the old region can no longer write to ${name}.`);
  }
  return reasons;
}
