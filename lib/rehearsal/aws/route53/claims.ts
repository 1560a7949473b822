import { claimsOf } from '../../claims/claim.ts';

export const route53Claims = claimsOf('route-53', ['route-53', 'dns'], {
  'request-rate': {
    rule: 'An account has 50 requests at once and 10 a second, each action the same for itself unless listed otherwise.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/throttling-api-requests.html',
  },
  'change-rate': {
    rule: 'The limit on changed records a second is reached by no plan and not simulated.',
  },
  'one-batch-at-a-time': {
    rule: 'A zone takes one batch at a time; another one is PriorRequestNotComplete, HTTP 400.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html',
  },
  'batch-time': {
    rule: 'A batch of a zone is being processed for 150 ms.',
  },
  'batch-limits': {
    rule: 'A batch has 1000 records and 32,000 characters of values; what is upserted counts twice.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/DNSLimitations.html',
  },
  'atomic-batch': {
    rule: 'A batch is applied as a whole or not at all; InvalidChangeBatch lists what is wrong.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html',
  },
  propagation: {
    rule: 'A change is with all name servers within 60 s.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html',
  },
  'record-conditions': {
    rule: 'Policies may ask for names, types and actions of the changes.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html',
  },
  'health-check': {
    rule: '4 s to connect and 2 s to answer 2xx or 3xx; healthy while more than 18 % of the checkers say so.',
    source:
      'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html',
  },
  'health-delay': {
    rule: 'The name servers follow the checkers’ verdict after 1 to 4 s.',
  },
  'negative-ttl': {
    rule: 'That a name isn’t there is remembered for 900 s.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/SOA-NSrecords.html',
  },
  'record-listing': {
    rule: 'Records are listed by name with its labels reversed, then by type, in ASCII order, 300 at the most.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html',
  },
  'identifier-order': {
    rule: 'Records of one name and type are listed in the order of their identifiers’ letters.',
  },
  'routing-policies': {
    rule: 'One policy and an identifier for each record set; one primary and one secondary, one latency record a region, 100 weighted ones.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_ResourceRecordSet.html',
  },
  'fail-open': {
    rule: 'Where no record of a group is healthy all count as healthy.',
    source: 'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/health-checks-how-route-53-chooses-records.html',
  },
  'alias-ttl': {
    rule: 'An alias has its target’s time to live, 60 s for a load balancer.',
    source:
      'https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/resource-record-sets-choosing-alias-non-alias.html',
  },
  'checker-regions': {
    rule: 'A health check is made from three regions at least.',
    source: 'https://docs.aws.amazon.com/Route53/latest/APIReference/API_HealthCheckConfig.html',
  },
  'latency-of-networks': {
    rule: 'Latency records go by the distances of the map, and for those outside AWS by a difference that stays.',
  },
});
