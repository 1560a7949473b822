import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { healthThroughWitness, maximalPlan, minimalPlan, type Synthesised, synthesise } from './estates.ts';

const maximal = synthesise(maximalPlan);
const forwarder = maximal.template('bank-health-forwarder');

function about(region: string) {
  return {
    source: ['aws.health'],
    'detail-type': ['AWS Health Event'],
    detail: { eventTypeCategory: ['issue'], statusCode: ['open', 'closed'], eventRegion: [region] },
  };
}

/** Names of the rules of a stack that take what AWS Health says. */
function healthRules(from: Synthesised, stack: string): unknown[] {
  return from
    .resources(stack, 'AWS::Events::Rule')
    .filter(({ Properties }) => JSON.stringify(Properties.EventPattern).includes('aws.health'))
    .map(({ Properties }) => Properties.Name)
    .sort();
}

describe('the forwarder', () => {
  test('tells each region of the other one, through the bus of that one and no other', () => {
    for (const [region, to] of [
      ['eu-central-1', 'eu-west-1'],
      ['eu-west-1', 'eu-central-1'],
    ] as const) {
      forwarder.hasResourceProperties('AWS::Events::Rule', {
        Name: `bank-health-of-${region}`,
        EventPattern: about(region),
        Targets: [
          {
            Arn: { 'Fn::Join': ['', Match.arrayWith([Match.stringLikeRegexp(`:events:${to}:`)])] },
            RoleArn: Match.anyValue(),
            DeadLetterConfig: Match.anyValue(),
            RetryPolicy: Match.absent(),
          },
        ],
      });
    }
  });

  test('may put events on these two buses and do nothing else', () => {
    const statements = maximal
      .resources('bank-health-forwarder', 'AWS::IAM::Policy')
      .flatMap(({ Properties }) => (Properties.PolicyDocument as { Statement: { Action: string }[] }).Statement);
    expect(statements.map(({ Action }) => Action)).toEqual(['events:PutEvents', 'events:PutEvents']);
  });

  test('has no function, and an alarm on what it could not deliver', () => {
    forwarder.resourceCountIs('AWS::Lambda::Function', 0);
    forwarder.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'bank-dead-letters' });
  });

  test('is part of the witness that lies where the copies arrive', () => {
    const made = synthesise(healthThroughWitness);
    expect(made.stackNames).toEqual(['tiny-authority', 'tiny-region-a', 'tiny-region-b', 'tiny-witness']);
    expect(healthRules(made, 'tiny-witness')).toEqual(['tiny-health-of-eu-central-1', 'tiny-health-of-eu-west-1']);
  });

  test('has its own stack where such a witness probes nothing', () => {
    const { detection } = healthThroughWitness;
    const made = synthesise({ ...healthThroughWitness, detection: { ...detection, signals: ['probe-standby'] } });
    expect(made.stackNames).toContain('tiny-health-forwarder');
  });

  test('lies in us-east-1 for an estate in us-west-2, and sends it nothing that it gets by itself', () => {
    const regions = { active: 'us-west-2', standby: 'us-east-2', witness: 'ca-central-1' };
    const { detection } = minimalPlan;
    const probe = { ...detection.probe, urls: { 'us-west-2': ['https://a.example/'] } };
    const clusters = minimalPlan.clusters.map((one) => ({
      ...one,
      regions: { 'us-west-2': one.regions['eu-central-1']!, 'us-east-2': one.regions['eu-west-1']! },
    })) as unknown as typeof minimalPlan.clusters;
    const made = synthesise({
      ...minimalPlan,
      regions,
      clusters,
      detection: { ...detection, probe, awsHealth: true },
    });
    expect(healthRules(made, 'tiny-health-forwarder')).toEqual(['tiny-health-of-us-west-2']);
    for (const stack of ['tiny-region-a', 'tiny-region-b'])
      expect(healthRules(made, stack)).toEqual(['tiny-aws-health']);
  });

  test('is not there where the plan doesn’t want it', () => {
    const made = synthesise(minimalPlan);
    expect(made.stackNames).not.toContain('tiny-health-forwarder');
    expect(healthRules(made, 'tiny-region-b')).toEqual([]);
    made
      .template('tiny-region-b')
      .resourcePropertiesCountIs('AWS::Lambda::Function', { FunctionName: 'tiny-note-health' }, 0);
  });
});

test('each region wakes note-health for what is said of the other one', () => {
  for (const [stack, region] of [
    ['bank-region-a', 'eu-west-1'],
    ['bank-region-b', 'eu-central-1'],
  ] as const) {
    maximal.template(stack).hasResourceProperties('AWS::Events::Rule', {
      Name: 'bank-aws-health',
      EventPattern: about(region),
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
  }
});
