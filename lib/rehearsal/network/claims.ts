import { claimsOf } from '../claims/claim.ts';

export const networkClaims = claimsOf('network', 'always', {
  'region-distance': {
    rule: 'Round trips between regions are the continents’ medians.',
  },
  'name-server-answer': {
    rule: 'A name server answers in 12 ms, from the nearest edge.',
  },
  'host-ttl': {
    rule: 'Host names of load balancers have a time to live of 60 s.',
    source: 'https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/how-elastic-load-balancing-works.html',
  },
});
