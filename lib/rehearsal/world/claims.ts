import { claimsOf } from '../claims/claim.ts';

export const worldClaims = claimsOf('world', 'always', {
  'access-denied-names': {
    rule: 'Services name a refusal AccessDeniedException, AccessDenied or AuthorizationError, JSON ones with 400, others with 403.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html',
  },
  'region-places': {
    rule: 'Regions lie in the city or state that AWS names for them.',
    source: 'https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html',
  },
  'dynamodb-answer': {
    rule: 'DynamoDB answers in single-digit milliseconds.',
    source: 'https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Introduction.html',
  },
  'service-answers': {
    rule: 'Other services answer in 8 to 100 ms.',
  },
});
