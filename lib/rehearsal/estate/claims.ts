import { claimsOf } from '../claims/claim.ts';

export const estateClaims = claimsOf('estate', 'always', {
  'api-server-answer': {
    rule: 'An API server answers in 9 to 24 ms.',
  },
  'application-answer': {
    rule: 'An application answers the load balancer in 15 ms.',
  },
  'resolver-minimum-ttl': {
    rule: 'Resolvers that keep answers too long keep them for five minutes.',
  },
});
