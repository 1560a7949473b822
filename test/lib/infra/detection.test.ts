import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { maximalPlan, minimalPlan, synthesise } from './estates.ts';

const minimal = synthesise(minimalPlan);
const maximal = synthesise(maximalPlan);

interface ScheduleProperties {
  readonly Name: string;
  readonly ScheduleExpression: string;
  readonly FlexibleTimeWindow: { readonly Mode: string };
  readonly Target: { readonly Input: string; readonly DeadLetterConfig: unknown; readonly RetryPolicy: object };
}

function schedules(from: typeof maximal, stack: string): ScheduleProperties[] {
  return from
    .resources(stack, 'AWS::Scheduler::Schedule')
    .map((one) => one.Properties as unknown as ScheduleProperties);
}

describe('beats', () => {
  test('each region asks the other one and tells itself', () => {
    const inputs = (stack: string) =>
      schedules(maximal, stack)
        .filter((schedule) => schedule.Name.startsWith('bank-probe'))
        .map((schedule) => JSON.parse(schedule.Target.Input) as unknown);
    expect(inputs('bank-region-a')).toEqual([
      { targetRegion: 'eu-west-1', reportTo: 'eu-central-1', signal: 'probe-standby' },
    ]);
    expect(inputs('bank-region-b')).toEqual([
      { targetRegion: 'eu-central-1', reportTo: 'eu-west-1', signal: 'probe-standby' },
    ]);
  });

  test('the witness asks both and tells the one that would take over', () => {
    const inputs = schedules(maximal, 'bank-witness').map((schedule) => JSON.parse(schedule.Target.Input) as unknown);
    expect(inputs).toEqual([
      { targetRegion: 'eu-central-1', reportTo: 'eu-west-1', signal: 'probe-witness' },
      { targetRegion: 'eu-west-1', reportTo: 'eu-central-1', signal: 'probe-witness' },
    ]);
  });

  test('probes and lease beat every minute, captures as the plan says but not faster', () => {
    const expressions = (from: typeof maximal, stack: string) =>
      Object.fromEntries(schedules(from, stack).map((one) => [one.Name, one.ScheduleExpression]));
    expect(expressions(maximal, 'bank-region-a')).toEqual({
      'bank-probe-eu-west-1': 'rate(1 minute)',
      'bank-renew-lease': 'rate(1 minute)',
      'bank-capture-replicas': 'rate(5 minutes)',
      'bank-read-checkers': 'rate(1 minute)',
      'bank-create-records': 'rate(1 minute)',
      'bank-take-back-prewarm': 'rate(5 minutes)',
      'bank-gate-ingress': 'rate(1 minute)',
    });
    expect(expressions(minimal, 'tiny-region-a')['tiny-capture-replicas']).toBe('rate(1 minute)');
  });

  test('every beat is punctual, retried within its minute and ends as a dead letter', () => {
    for (const stack of ['bank-region-a', 'bank-region-b', 'bank-witness']) {
      for (const schedule of schedules(maximal, stack)) {
        expect(schedule.FlexibleTimeWindow.Mode).toBe('OFF');
        expect(schedule.Target.DeadLetterConfig).toBeDefined();
        expect(schedule.Target.RetryPolicy).toEqual({ MaximumEventAgeInSeconds: 60, MaximumRetryAttempts: 2 });
      }
    }
  });
});

describe('signals', () => {
  test('an observation on the bus wakes assess-incident and survives a failed delivery', () => {
    maximal.template('bank-region-b').hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['lifeboat'], 'detail-type': ['Signal Observed'] },
      Targets: [
        Match.objectLike({
          Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('AssessIncident'), 'Arn'] },
          DeadLetterConfig: Match.anyValue(),
          RetryPolicy: { MaximumEventAgeInSeconds: 300, MaximumRetryAttempts: 10 },
        }),
      ],
    });
  });

  test('silence of the other region raises the heartbeat alarm after three lost beats', () => {
    maximal.template('bank-region-b').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bank-heartbeat',
      Namespace: 'Lifeboat',
      MetricName: 'Heartbeat',
      Dimensions: [
        { Name: 'Estate', Value: 'bank' },
        { Name: 'Region', Value: 'eu-central-1' },
      ],
      Period: 10,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 3,
      TreatMissingData: 'breaching',
    });
    maximal.template('bank-region-b').hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.cloudwatch'], detail: { alarmName: ['bank-heartbeat'] } },
    });
  });

  test('Route 53 checkers look at a region’s probe URLs, and their verdict is a TXT record that each region owns', () => {
    const { detection } = minimalPlan;
    const urls = {
      'eu-central-1': ['https://a.example/alive?deep=1'],
      'eu-west-1': ['http://b.example:8080/', 'https://c.example/'],
    };
    const counted = synthesise({
      ...minimalPlan,
      detection: {
        ...detection,
        signals: ['operator', 'probe-standby', 'route53-checkers'],
        route53: { zone: { name: 'tiny.example', hostedZoneId: 'Z0TINY' } },
        probe: { ...detection.probe, urls },
      },
    });
    const regionA = counted.template('tiny-region-a');
    regionA.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: Match.objectLike({
        Type: 'HTTPS',
        FullyQualifiedDomainName: 'a.example',
        Port: 443,
        ResourcePath: '/alive?deep=1',
        RequestInterval: 10,
      }),
    });
    for (const [Failover, text] of [
      ['PRIMARY', 'healthy'],
      ['SECONDARY', 'unhealthy'],
    ]) {
      regionA.hasResourceProperties('AWS::Route53::RecordSet', {
        Name: '_lifeboat-tiny-eu-central-1.tiny.example.',
        Type: 'TXT',
        Failover,
        HealthCheckId: Failover === 'PRIMARY' ? Match.anyValue() : Match.absent(),
        ResourceRecords: [`"${text}"`],
      });
    }
    const regionB = counted.template('tiny-region-b');
    regionB.hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: { Type: 'CALCULATED', HealthThreshold: 1, ChildHealthChecks: Match.anyValue() },
    });
    const beats = schedules(counted, 'tiny-region-b').filter(({ Name }) => Name === 'tiny-read-checkers');
    expect(beats.map(({ Target }) => JSON.parse(Target.Input) as unknown)).toEqual([
      { targetRegion: 'eu-central-1', reportTo: 'eu-west-1' },
    ]);
  });

  test('degradation is an alarm on the clients’ metrics of the other region, and its rule wakes assess-incident', () => {
    const template = maximal.template('bank-region-b');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bank-degraded-errors',
      Namespace: 'Canary',
      Dimensions: [{ Name: 'Region', Value: 'eu-central-1' }],
      Threshold: 20,
      EvaluationPeriods: 2,
      TreatMissingData: 'missing',
    });
    template.hasResourceProperties('AWS::CloudWatch::CompositeAlarm', {
      AlarmName: 'bank-degraded',
      AlarmRule: 'ALARM("bank-degraded-errors") OR ALARM("bank-degraded-latency")',
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { detail: { alarmName: ['bank-degraded', 'bank-degraded-errors', 'bank-degraded-latency'] } },
    });
  });

  test('what the plan does not count is not deployed', () => {
    const template = minimal.template('tiny-region-b');
    template.resourcePropertiesCountIs('AWS::CloudWatch::Alarm', { MetricName: 'Heartbeat' }, 0);
    template.resourcePropertiesCountIs('AWS::Events::Rule', { EventPattern: { source: ['aws.cloudwatch'] } }, 0);
    const none = synthesise({
      ...minimalPlan,
      detection: { ...minimalPlan.detection, signals: ['operator', 'heartbeat-alarm'] },
    });
    none
      .template('tiny-region-b')
      .resourcePropertiesCountIs('AWS::Lambda::Function', { FunctionName: 'tiny-probe-region' }, 0);
  });
});

test('a suspicion warms up every function that a failover calls before it releases the traffic, and no other', () => {
  const rules = maximal
    .resources('bank-region-b', 'AWS::Events::Rule')
    .map(({ Properties }) => Properties as unknown as { Name: string; EventPattern: object; Targets: WarmedTarget[] })
    .filter(({ Name }) => Name.startsWith('bank-warm-up'));
  for (const { EventPattern, Targets } of rules) {
    expect(EventPattern).toEqual({ source: ['lifeboat'], 'detail-type': ['Incident Suspected'] });
    expect(Targets.length).toBeLessThanOrEqual(5);
    for (const { Input } of Targets) expect(Input).toBe('{"warmUp":true}');
  }
  const warmed = rules.flatMap(({ Targets }) => Targets.map(({ Arn }) => Arn['Fn::GetAtt'][0]));
  const called = [...readFileSync('statemachines/failover.asl.json', 'utf8').matchAll(/\$\{(\w+)FunctionArn\}/g)]
    .map(([, name]) => String(name))
    .filter((name) => !['VerifyTraffic', 'CloseIncident', 'RequestApproval'].includes(name));
  const isOf = (name: string) => (id: string) => id.startsWith(`Steps${name}Function`);
  for (const name of called) expect(warmed.filter(isOf(name))).toHaveLength(1);
  expect(warmed).toHaveLength(new Set(called).size);
});

interface WarmedTarget {
  readonly Input: string;
  readonly Arn: { readonly 'Fn::GetAtt': readonly [string, string] };
}
