import type { Plan } from '../../plan/plan.ts';

/** The plan with four eyes before every failover, asked in short intervals, and somebody to escalate to. */
export function askingPlan(plan: Plan): Plan {
  const { emails, escalationEmails } = plan.notification;
  return {
    ...plan,
    approval: {
      mode: 'approval',
      approvers: 2,
      remindAfterSeconds: 120,
      escalateAfterSeconds: 240,
      expireAfterSeconds: 480,
    },
    notification: {
      ...plan.notification,
      emails: emails.length > 0 ? emails : ['operators@example.com'],
      escalationEmails: escalationEmails.length > 0 ? escalationEmails : ['management@example.com'],
    },
  };
}

export const askingAmendment =
  'approval: mode approval, approvers 2, remindAfter 2m, escalateAfter 4m, expireAfter 8m, and addresses where it names none';
