import { claimsOf } from '../../claims/claim.ts';

export const rdsClaims = claimsOf('rds', ['rds'], {
  'describe-pages': {
    rule: 'DescribeGlobalClusters gives one by its name or all in pages of 100.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeGlobalClusters.html',
  },
  'failover-allows-data-loss': {
    rule: 'A switchover needs a primary that can be reached; without one a managed failover that allows data loss makes a secondary the writer.',
    source:
      'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html',
  },
  'usual-lag': {
    rule: 'A secondary is 80 to 800 ms behind.',
    source: 'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database.html',
  },
  'measured-lag': {
    rule: 'The lag is measured every 10 s; CloudWatch has a value a minute.',
  },
  'promotion-time': {
    rule: 'A managed failover is pending for 3 s and takes writes after 90 to 99 s.',
  },
  'write-fencing': {
    rule: 'Storage of a region that can be reached refuses the old writer after 2 s.',
  },
  'rejoining-time': {
    rule: 'A region that comes back takes writes for 5 to 30 s before it is told.',
  },
  'rebuild-time': {
    rule: 'The old primary is rebuilt as a secondary in five minutes.',
    source:
      'https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-global-database-disaster-recovery.html',
  },
  'given-up-promotion': {
    rule: 'A promotion that can’t go on is given up after 20 s and cancelled in 5 s.',
  },
  throttling: {
    rule: 'An account has 20 calls a second and region.',
  },
});
