import { claimsOf } from '../../claims/claim.ts';

export const schedulerClaims = claimsOf('scheduler', 'always', {
  expressions: {
    rule: 'rate, cron and at expressions in UTC, precise to the minute.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html',
  },
  'trust-by-group': {
    rule: 'A role’s trust policy sees the ARN of the schedule’s group.',
    source: 'https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html',
  },
  'at-least-once': {
    rule: 'A schedule may fire twice; the second time after 0.2 to 5 s.',
  },
});
