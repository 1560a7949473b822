import { claimsOf } from '../../claims/claim.ts';

export const awsHealthClaims = claimsOf('aws-health', 'always', {
  'two-regions': {
    rule: 'A word about a region is published there and in its backup region, with one eventArn and communicationId.',
    source: 'https://docs.aws.amazon.com/health/latest/ug/choosing-a-region.html',
  },
  'event-schema': {
    rule: 'Events have source aws.health, detail type «AWS Health Event» and the members of its schema.',
    source: 'https://docs.aws.amazon.com/health/latest/ug/aws-health-events-eventbridge-schema.html',
  },
});
