import { describe, expect, test } from '@jest/globals';
import { resourceFaults } from '../../../lib/infra/resource-faults.ts';

function globalTable(replicas: string[], witnesses: string[], more: Record<string, unknown> = {}) {
  const Properties = {
    MultiRegionConsistency: 'STRONG',
    Replicas: replicas.map((Region) => ({ Region })),
    GlobalTableWitnesses: witnesses.map((Region) => ({ Region })),
    ...more,
  };
  return { Type: 'AWS::DynamoDB::GlobalTable', Properties };
}

function healthCheck(HealthCheckConfig: Record<string, unknown>) {
  return { Type: 'AWS::Route53::HealthCheck', Properties: { HealthCheckConfig } };
}

function bucket(Properties: Record<string, unknown>) {
  return { Type: 'AWS::S3::Bucket', Properties };
}

function lockRule(DefaultRetention: Record<string, number>) {
  return { ObjectLockConfiguration: { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } };
}

describe('what AWS would refuse is found in the template', () => {
  test.each([
    [
      'two replicas and no witness',
      globalTable(['eu-west-1', 'eu-west-2'], []),
      /three replicas, or two and a witness/,
    ],
    ['one replica and two witnesses', globalTable(['eu-west-1'], ['eu-west-2', 'eu-west-3']), /three replicas/],
    ['a witness beside a replica', globalTable(['eu-west-1', 'eu-west-2'], ['eu-west-2']), /different regions/],
    ['replicas on two continents', globalTable(['eu-west-1', 'us-east-1'], ['us-east-2']), /authority: regional/],
    [
      'a TTL on a strongly consistent table',
      globalTable(['eu-west-1', 'eu-west-2'], ['eu-west-3'], { TimeToLiveSpecification: { Enabled: true } }),
      /no TimeToLiveSpecification/,
    ],
    ['an interval of 20 s', healthCheck({ RequestInterval: 20 }), /every 10 or 30 seconds, not 20/],
    ['a threshold of 11', healthCheck({ FailureThreshold: 11 }), /1 to 10, not 11/],
    [
      'a schedule in seconds',
      { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(10 seconds)' } },
      /"rate\(10 seconds\)" is no schedule expression/,
    ],
    ['a lock rule on a bucket without lock', bucket(lockRule({ Days: 1 })), /needs ObjectLockEnabled/],
    [
      'a retention in days and years',
      bucket({ ObjectLockEnabled: true, ...lockRule({ Days: 1, Years: 1 }) }),
      /in Days or in Years/,
    ],
    [
      'a lock on a suspended bucket',
      bucket({ ObjectLockEnabled: true, VersioningConfiguration: { Status: 'Suspended' } }),
      /suspended/,
    ],
  ])('%s', (_, resource, message) => {
    expect(resourceFaults(resource).join('; ')).toMatch(message);
  });

  test.each([
    ['a strong table with a witness', globalTable(['eu-west-1', 'eu-central-1'], ['eu-west-3'])],
    ['a strong table with three replicas', globalTable(['us-east-1', 'us-east-2', 'us-west-2'], [])],
    [
      'an eventual table across continents',
      globalTable(['eu-west-1', 'us-east-1'], [], { MultiRegionConsistency: 'EVENTUAL' }),
    ],
    ['a fast health check', healthCheck({ RequestInterval: 10, FailureThreshold: 3 })],
    ['a health check without figures', healthCheck({ Type: 'CALCULATED' })],
    ['a rate', { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'rate(5 minutes)' } }],
    ['a cron line', { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'cron(0 2 * * ? *)' } }],
    [
      'one instant',
      { Type: 'AWS::Scheduler::Schedule', Properties: { ScheduleExpression: 'at(2027-01-01T00:00:00)' } },
    ],
    ['a locked bucket', bucket({ ObjectLockEnabled: true, ...lockRule({ Days: 30 }) })],
    ['a bucket without properties', { Type: 'AWS::S3::Bucket' }],
    ['a type without rules', { Type: 'AWS::SNS::Topic' }],
  ])('%s is let through', (_, resource) => {
    expect(resourceFaults(resource)).toEqual([]);
  });
});
