import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { Match } from 'aws-cdk-lib/assertions';
import { buildApp } from '../../../lib/infra/app.ts';
import { InputError } from '../../../lib/plan/input-error.ts';
import type { Plan } from '../../../lib/plan/plan.ts';
import { dnsName, maximalPlan, minimalPlan, routingControls, standInBundles, synthesise } from './estates.ts';

const minimal = synthesise(minimalPlan);
const maximal = synthesise(maximalPlan);

function withDns(changes: Parameters<typeof dnsName>[1]): Plan {
  const [first, ...rest] = maximalPlan.applications;
  return { ...maximalPlan, applications: [{ ...first!, dns: [dnsName('pay.bank.example', changes)] }, ...rest] };
}

describe('stacks', () => {
  test('come in the order of the design', () => {
    expect(maximal.stackNames).toEqual([
      'bank-authority',
      'bank-region-a',
      'bank-region-b',
      'bank-witness',
      'bank-health-forwarder',
    ]);
  });

  test('leave the witness out where nobody counts its probes', () => {
    expect(minimal.stackNames).toEqual(['tiny-authority', 'tiny-region-a', 'tiny-region-b']);
  });

  test('carry the same resources in both regions', () => {
    const types = (stack: string) => {
      const { Resources } = maximal.template(stack).toJSON() as { Resources: Record<string, { Type: string }> };
      return Object.values(Resources).map((resource) => resource.Type);
    };
    expect(types('bank-region-a')).toEqual(types('bank-region-b'));
    expect(types('bank-region-a').length).toBeGreaterThan(100);
  });

  test('refer to nothing in one another', () => {
    for (const name of maximal.stackNames) {
      const text = JSON.stringify(maximal.template(name).toJSON());
      expect(text).not.toContain('Fn::ImportValue');
      expect(text).not.toContain('Custom::');
    }
  });

  test('fit any account unless one is named', () => {
    const text = readFileSync(join(maximal.outdir, 'manifest.json'), 'utf8');
    expect(text).toContain('aws://unknown-account/eu-central-1');
    const named = synthesise(minimalPlan, { account: '111122223333' });
    expect(readFileSync(join(named.outdir, 'manifest.json'), 'utf8')).toContain('aws://111122223333/eu-west-1');
  });

  test('are the same bytes when synthesised again', () => {
    const again = synthesise(maximalPlan);
    for (const name of maximal.stackNames) {
      const file = `${name}.template.json`;
      expect(readFileSync(join(again.outdir, file), 'utf8')).toBe(readFileSync(join(maximal.outdir, file), 'utf8'));
    }
  });

  test('carry the plan as a layer', () => {
    const [layer] = maximal.resources('bank-region-b', 'AWS::Lambda::LayerVersion');
    const key = (layer!.Properties.Content as { S3Key: string }).S3Key.replace('.zip', '');
    const file = join(maximal.outdir, `asset.${key}`, 'lifeboat', 'plan.json');
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(maximalPlan);
  });

  test('buildApp writes the templates where it is told', () => {
    const outdir = mkdtempSync(join(tmpdir(), 'lifeboat-cdk-'));
    buildApp(minimalPlan, { outdir, bundles: standInBundles() }).synth();
    expect(readdirSync(outdir)).toContain('tiny-region-a.template.json');
  });
});

describe('authority', () => {
  test('strong: two replicas and a witness, and nothing that such a table refuses', () => {
    maximal.template('bank-authority').hasResource('AWS::DynamoDB::GlobalTable', {
      DeletionPolicy: 'RetainExceptOnCreate',
      Properties: {
        TableName: 'bank-authority',
        MultiRegionConsistency: 'STRONG',
        KeySchema: [{ AttributeName: 'estate', KeyType: 'HASH' }],
        BillingMode: 'PAY_PER_REQUEST',
        Replicas: ['eu-central-1', 'eu-west-1'].map((Region) =>
          Match.objectLike({ Region, DeletionProtectionEnabled: true }),
        ),
        GlobalTableWitnesses: [{ Region: 'eu-west-3' }],
        TimeToLiveSpecification: Match.absent(),
      },
    });
  });

  test('regional: a table of the standby region, which both regions use', () => {
    minimal.template('tiny-authority').hasResourceProperties('AWS::DynamoDB::Table', {
      TableName: 'tiny-authority',
      DeletionProtectionEnabled: true,
    });
    for (const region of ['tiny-region-a', 'tiny-region-b']) {
      minimal.template(region).hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'tiny-renew-lease',
        Environment: { Variables: Match.objectLike({ AUTHORITY_REGION: 'eu-west-1' }) },
      });
    }
  });

  test('strong: each region asks its own replica', () => {
    for (const [stack, region] of [
      ['bank-region-a', 'eu-central-1'],
      ['bank-region-b', 'eu-west-1'],
    ] as const) {
      maximal.template(stack).hasResourceProperties('AWS::Lambda::Function', {
        FunctionName: 'bank-claim-authority',
        Environment: { Variables: Match.objectLike({ AUTHORITY_REGION: region }) },
      });
    }
  });

  test('a witness beside one of the replicas is refused before anything is deployed', () => {
    const plan = { ...maximalPlan, regions: { ...maximalPlan.regions, witness: 'eu-west-1' } };
    expect(() => synthesise(plan)).toThrow(/different regions/);
  });
});

describe('traffic', () => {
  test('the active region holds the primary records, the standby the secondary ones', () => {
    for (const [stack, failover, target] of [
      ['bank-region-a', 'PRIMARY', 'a.pay.bank.example'],
      ['bank-region-b', 'SECONDARY', 'b.pay.bank.example'],
    ] as const) {
      maximal.template(stack).hasResourceProperties('AWS::Route53::RecordSet', {
        Name: 'pay.bank.example.',
        Type: 'CNAME',
        TTL: '60',
        Failover: failover,
        ResourceRecords: [target],
        HostedZoneId: 'Z0123456789',
        HealthCheckId: { 'Fn::GetAtt': [Match.stringLikeRegexp('HealthCheck'), 'HealthCheckId'] },
      });
      maximal.template(stack).resourcePropertiesCountIs('AWS::Route53::RecordSet', { Type: 'CNAME' }, 3);
    }
  });

  test('the health check asks the decision endpoint of its own region', () => {
    maximal.template('bank-region-b').hasResourceProperties('AWS::Route53::HealthCheck', {
      HealthCheckConfig: {
        Type: 'HTTPS',
        ResourcePath: '/serving',
        Port: 443,
        EnableSNI: true,
        RequestInterval: 10,
        FailureThreshold: 3,
        FullyQualifiedDomainName: {
          'Fn::Select': [
            2,
            { 'Fn::Split': ['/', { 'Fn::GetAtt': [Match.stringLikeRegexp('DecisionUrl'), 'FunctionUrl'] }] },
          ],
        },
      },
    });
  });

  test('anybody may ask the decision endpoint, through its URL only', () => {
    const open = maximal
      .resources('bank-region-a', 'AWS::Lambda::Permission')
      .filter((permission) => permission.Properties.Principal === '*');
    expect(
      open.map(({ Properties }) => [
        Properties.Action,
        Properties.FunctionUrlAuthType,
        Properties.InvokedViaFunctionUrl,
      ]),
    ).toEqual([
      ['lambda:InvokeFunctionUrl', 'NONE', undefined],
      ['lambda:InvokeFunction', undefined, true],
    ]);
  });

  test('no template holds a record that a failover changes: a deployment would take it back', () => {
    for (const stack of ['bank-region-a', 'bank-region-b']) {
      const names = maximal.resources(stack, 'AWS::Route53::RecordSet').map(({ Properties }) => Properties.Name);
      expect(names).not.toContain('old.bank.example.');
      expect(names).toContain('pay.bank.example.');
    }
  });

  test('a name moved by routing controls follows that of its region', () => {
    for (const [stack, region] of [
      ['bank-region-a', 'eu-central-1'],
      ['bank-region-b', 'eu-west-1'],
    ] as const) {
      const template = maximal.template(stack);
      const checks = template.findResources('AWS::Route53::HealthCheck', {
        Properties: {
          HealthCheckConfig: { Type: 'RECOVERY_CONTROL', RoutingControlArn: routingControls[region] },
        },
      });
      const [id] = Object.keys(checks);
      template.hasResourceProperties('AWS::Route53::RecordSet', {
        Name: 'arc.bank.example.',
        HealthCheckId: { 'Fn::GetAtt': [id, 'HealthCheckId'] },
      });
    }
  });

  test.each([
    ['a CNAME at the apex', { zone: { name: 'pay.bank.example', hostedZoneId: 'Z1' } }, /apex/],
    ['a name without a target', { targets: { 'eu-central-1': 'a.example' } }, /no target in eu-west-1/],
  ])('%s is refused with its remedy', (_, changes, message) => {
    expect(() => synthesise(withDns(changes))).toThrow(InputError);
    expect(() => synthesise(withDns(changes))).toThrow(message);
  });
});

describe('failover machine', () => {
  const folderWith = (definition: object): string => {
    const folder = mkdtempSync(join(tmpdir(), 'lifeboat-asl-'));
    writeFileSync(join(folder, 'failover.asl.json'), JSON.stringify(definition));
    return folder;
  };
  const calling = (name: string) => ({
    StartAt: 'Only',
    TimeoutSeconds: 60,
    States: {
      Only: { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: name }, End: true },
    },
  });

  test('is the file of statemachines/, with what it names substituted', () => {
    const [machine] = maximal.resources('bank-region-a', 'AWS::StepFunctions::StateMachine');
    const file = JSON.parse(readFileSync('statemachines/failover.asl.json', 'utf8')) as object;
    expect(JSON.parse(machine?.Properties.DefinitionString as string)).toEqual(file);
    const named = new Set([...JSON.stringify(file).matchAll(/\$\{(\w+)\}/g)].map((match) => match[1]));
    expect(new Set(Object.keys(machine?.Properties.DefinitionSubstitutions as object))).toEqual(named);
  });

  test('logs everything but the data, and traces', () => {
    maximal.template('bank-region-a').hasResourceProperties('AWS::StepFunctions::StateMachine', {
      StateMachineName: 'bank-failover',
      LoggingConfiguration: { Level: 'ALL', IncludeExecutionData: false },
      TracingConfiguration: { Enabled: true },
    });
  });

  test('may invoke what its definition names and nothing else', () => {
    const stateMachines = folderWith(calling(`\${${'RecoverApplicationsFunctionArn'}}`));
    const { resources } = synthesise(minimalPlan, { stateMachines });
    const policy = resources('tiny-region-a', 'AWS::IAM::Policy').find((one) =>
      String(one.Properties.PolicyName).startsWith('FailoverRole'),
    );
    const { Statement } = policy!.Properties.PolicyDocument as { Statement: { Action: unknown; Resource: unknown }[] };
    const invoking = Statement.filter((statement) => statement.Action === 'lambda:InvokeFunction');
    expect(JSON.stringify(invoking)).toMatch(
      /^\[\{[^}]*"Fn::GetAtt":\["StepsRecoverApplicationsFunction\w+","Arn"\]\}\}\]$/,
    );
    expect(JSON.stringify(Statement)).not.toContain('sns:Publish');
  });

  test('a name that nothing provides is refused', () => {
    const stateMachines = folderWith(calling(`\${${'SendRocketFunctionArn'}}`));
    expect(() => synthesise(minimalPlan, { stateMachines })).toThrow(/SendRocketFunctionArn.*nothing provides/);
  });

  test('a definition without a time-out is refused', () => {
    const stateMachines = folderWith({ ...calling('x'), TimeoutSeconds: undefined });
    expect(() => synthesise(minimalPlan, { stateMachines })).toThrow(/no TimeoutSeconds/);
  });
});

describe('operators', () => {
  test('everybody in the plan is subscribed, in both regions', () => {
    for (const stack of ['bank-region-a', 'bank-region-b']) {
      const endpoints = maximal.resources(stack, 'AWS::SNS::Subscription').map((one) => one.Properties.Endpoint);
      expect(endpoints).toEqual(['noc@bank.example', 'dr@bank.example', 'chief@bank.example']);
    }
  });

  test('the topic is encrypted and refuses plain text transport', () => {
    maximal.template('bank-region-a').hasResourceProperties('AWS::SNS::Topic', {
      TopicName: 'bank-operators',
      KmsMasterKeyId: Match.anyValue(),
    });
    maximal.template('bank-region-a').hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
          Match.objectLike({ Effect: 'Allow', Principal: { Service: 'cloudwatch.amazonaws.com' } }),
        ]),
      },
    });
  });

  test('lost beats raise an alarm only when they are lost for longer than their queue remembers one', () => {
    const template = maximal.template('bank-region-b');
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bank-lost-beats',
      Period: 60,
      EvaluationPeriods: 10,
      DatapointsToAlarm: 10,
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Operators') }],
    });
    template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'bank-lost-beats', MessageRetentionPeriod: 360 });
  });

  test('dead letters raise an alarm', () => {
    maximal.template('bank-region-b').hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmName: 'bank-dead-letters',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: Match.stringLikeRegexp('Operators') }],
    });
  });

  test('a failover that is stopped is closed for it; one that breaks off pages, in whichever kind of state', () => {
    const uncaught = ['States.Runtime', 'States.QueryEvaluationError', 'States.DataLimitExceeded'];
    const template = maximal.template('bank-region-b');
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: { source: ['aws.states'], detail: Match.objectLike({ status: ['ABORTED', 'TIMED_OUT'] }) },
      Targets: [{ Arn: { 'Fn::GetAtt': [Match.stringLikeRegexp('CloseUnended'), 'Arn'] } }],
    });
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.states'],
        detail: Match.objectLike({ status: ['FAILED'], error: uncaught }),
      },
      Targets: [{ Arn: { Ref: Match.stringLikeRegexp('Operators') } }],
    });
  });
});
