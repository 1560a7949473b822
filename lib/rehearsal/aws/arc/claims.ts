import { claimsOf } from '../../claims/claim.ts';

export const recoveryClusterClaims = claimsOf('routing-control', ['route53-recovery-cluster'], {
  majority: {
    rule: 'A cluster keeps its states in five regions and takes changes while three of them are up.',
    source: 'https://docs.aws.amazon.com/r53recovery/latest/dg/routing-control.update.api.html',
  },
  'all-or-none': {
    rule: 'UpdateRoutingControlStates changes all of its entries or none, and none against a safety rule.',
    source: 'https://docs.aws.amazon.com/routing-control/latest/APIReference/API_UpdateRoutingControlStates.html',
  },
  'health-check-delay': {
    rule: 'Health checks see a changed routing control after 0.2 to 2 s.',
  },
});
