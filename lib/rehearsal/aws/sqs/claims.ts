import { claimsOf } from '../../claims/claim.ts';

export const sqsClaims = claimsOf('sqs', ['sqs'], {
  attributes: {
    rule: 'Ranges and defaults of retention, visibility and delay.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html',
  },
  'queue-keys': {
    rule: 'Who sends to an encrypted queue needs its key, who receives too.',
    source: 'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html',
  },
  metrics: {
    rule: 'A queue sends its metrics every minute while it holds something.',
    source:
      'https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html',
  },
});
