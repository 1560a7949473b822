import { formatDuration } from '../duration.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';

const defaultRemindSeconds = 300;
const defaultEscalateSeconds = 600;
const defaultExpireSeconds = 1_800;

/** An execution ends itself after an hour (statemachines/failover.asl.json); half of it is left for the recovery. */
const longestExpirySeconds = 1_800;

/** Somebody is asked, then reminded, then somebody else is, and then it ends. */
export function approvalFindings(plan: LoosePlan): Finding[] {
  return [...disorder(plan), ...nobodyToAsk(plan)];
}

function disorder({ approval }: LoosePlan): Finding[] {
  const remind = approval.remindAfter ?? defaultRemindSeconds;
  const escalate = approval.escalateAfter ?? defaultEscalateSeconds;
  const expire = approval.expireAfter ?? defaultExpireSeconds;
  const findings: Finding[] = [];
  if (remind === 0) {
    findings.push({
      path: ['approval', 'remindAfter'],
      message: 'a reminder can not come with the question',
      remedy: 'write 5m',
    });
  }
  if (escalate <= remind) {
    findings.push({
      path: ['approval', approval.escalateAfter === undefined ? 'remindAfter' : 'escalateAfter'],
      message: `the escalation after ${formatDuration(escalate)} would come before the reminder after ${formatDuration(remind)}`,
      remedy: 'escalate later than you remind',
    });
  }
  if (expire <= escalate) {
    findings.push({
      path: ['approval', approval.expireAfter === undefined ? 'escalateAfter' : 'expireAfter'],
      message: `the question would expire after ${formatDuration(expire)}, before the escalation after ${formatDuration(escalate)} could be answered`,
      remedy: 'let it expire later than it escalates',
    });
  }
  if (expire > longestExpirySeconds) {
    findings.push({
      path: ['approval', 'expireAfter'],
      message: `${formatDuration(expire)} of waiting would leave a failover, which ends itself after an hour, too little time`,
      remedy: `write ${formatDuration(longestExpirySeconds)} or less`,
    });
  }
  return findings;
}

function nobodyToAsk({ approval, notification }: LoosePlan): Finding[] {
  if (approval.mode !== 'approval') return [];
  const findings: Finding[] = [];
  if (notification.emails.length === 0) {
    findings.push({
      path: ['approval', 'mode'],
      message: 'people must agree to a failover, and the plan names nobody who would be asked',
      remedy: 'name them in notification.emails',
    });
  }
  if (notification.escalationEmails.length === 0) {
    findings.push({
      path: ['approval', 'mode'],
      message: 'when nobody answers, there is nobody else to ask, and the failover is held',
      remedy: 'name them in notification.escalationEmails',
    });
  }
  return findings;
}
