import { claimsOf } from '../../claims/claim.ts';

export const snsClaims = claimsOf('sns', ['sns'], {
  'message-size': {
    rule: 'A message has 256 KB, a subject 100 characters.',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  },
  'delivery-retries': {
    rule: 'Deliveries to functions and queues are tried 100,015 times over 23 days.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-message-delivery-retries.html',
  },
  'topic-keys': {
    rule: 'Whoever publishes to an encrypted topic needs kms:GenerateDataKey and kms:Decrypt.',
    source: 'https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#sns-what-permissions-for-sse',
  },
  'json-structure': {
    rule: 'A message of structure json has a string `default`; other protocols’ members are used or ignored.',
    source: 'https://docs.aws.amazon.com/sns/latest/api/API_Publish.html',
  },
});
