import { claimsOf } from '../../claims/claim.ts';

export const logsClaims = claimsOf('logs', 'always', {
  retention: {
    rule: 'Retention is one of the numbers of days that the API lists.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html',
  },
  'group-keys': {
    rule: 'A log group’s key must let the service of its region encrypt for it.',
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html',
  },
  'embedded-metrics': {
    rule: 'A line in embedded metric format becomes metrics: 30 dimensions a set, 100 metrics a directive.',
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html',
  },
  'extraction-delay': {
    rule: 'A metric of a log line is there after 5 s.',
  },
});
