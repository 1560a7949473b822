import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { toldKinds } from '../../../lambdas/notify-operators/contract.ts';
import type { Contract } from '../../../lambdas/shared/contract.ts';
import { handlersOf } from '../../../lib/infra/bundle.ts';
import { TableAccess } from '../../../lib/infra/constructs/table-access.ts';
import { maximalPlan, minimalPlan, routingControls, standInBundles, synthesise } from './estates.ts';

const maximal = synthesise(maximalPlan);
const minimal = synthesise(minimalPlan);

interface FunctionProperties {
  readonly FunctionName: string;
  readonly Environment: { readonly Variables: Readonly<Record<string, unknown>> };
  readonly Timeout: number;
  readonly MemorySize: number;
  readonly Layers?: readonly unknown[];
  readonly Runtime: string;
  readonly Architectures: readonly string[];
  readonly TracingConfig: { readonly Mode: string };
  readonly LoggingConfig: { readonly LogGroup: { readonly Ref: string } };
}

interface Statement {
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const regionStacks = ['bank-region-a', 'bank-region-b', 'bank-witness'];

function functionsOf(from: typeof maximal, stack: string): FunctionProperties[] {
  return from.resources(stack, 'AWS::Lambda::Function').map((one) => one.Properties as unknown as FunctionProperties);
}

/** Statements of the role of a function, by the function's construct id. */
function statements(from: typeof maximal, stack: string, role: string): Statement[] {
  return from
    .resources(stack, 'AWS::IAM::Policy')
    .filter((policy) => String(policy.Properties.PolicyName).includes(role))
    .flatMap((policy) => (policy.Properties.PolicyDocument as { Statement: Statement[] }).Statement);
}

function actionsOf(list: readonly Statement[]): string[] {
  return list.flatMap((statement) => statement.Action).sort();
}

describe('every function', () => {
  test('of lambdas/ is deployed in both regions', () => {
    for (const stack of ['bank-region-a', 'bank-region-b']) {
      const names = functionsOf(maximal, stack).map((one) => one.FunctionName.replace('bank-', ''));
      expect(names.sort()).toEqual(handlersOf());
    }
  });

  test('has the environment that its contract asks for, no more and no less', async () => {
    const folders = readdirSync('lambdas').filter((name) => name !== 'shared');
    for (const name of folders) {
      const { contract } = (await import(`../../../lambdas/${name}/contract.ts`)) as { contract: Contract };
      for (const stack of regionStacks) {
        const deployed = functionsOf(maximal, stack).find((one) => one.FunctionName === `bank-${name}`);
        if (stack === 'bank-witness' && deployed === undefined) continue;
        expect([name, Object.keys(deployed?.Environment.Variables ?? {}).sort()]).toEqual([
          name,
          Object.keys(contract.environment.shape).sort(),
        ]);
        expect(deployed?.Layers?.length ?? 0).toBe('PLAN_FILE' in contract.environment.shape ? 1 : 0);
      }
    }
  });

  test('runs on arm64 and Node 24 with explicit bounds, traced', () => {
    for (const stack of regionStacks) {
      for (const one of functionsOf(maximal, stack)) {
        expect([one.Runtime, one.Architectures, one.TracingConfig.Mode]).toEqual(['nodejs24.x', ['arm64'], 'Active']);
        expect(one.Timeout).toBeGreaterThan(0);
        expect(one.Timeout).toBeLessThanOrEqual(150);
        expect(one.MemorySize).toBeGreaterThanOrEqual(256);
      }
    }
  });

  test('writes to a log group of its own that is encrypted and bounded in time', () => {
    for (const stack of regionStacks) {
      const groups = maximal.template(stack).findResources('AWS::Logs::LogGroup');
      const used = functionsOf(maximal, stack).map((one) => one.LoggingConfig.LogGroup.Ref);
      expect(new Set(used).size).toBe(used.length);
      for (const id of used) {
        expect(groups[id]?.Properties).toMatchObject({ RetentionInDays: 400, KmsKeyId: expect.anything() });
      }
    }
  });

  test('answers before the state that calls it gives up', async () => {
    const { readFileSync } = await import('node:fs');
    const text = readFileSync('statemachines/failover.asl.json', 'utf8');
    const tasks: { name: string; timeoutSeconds: number }[] = [];
    type Task = { Resource?: string; Arguments?: { FunctionName?: string }; TimeoutSeconds?: number };
    JSON.parse(text, (_key, value: Task) => {
      const name = /^\$\{(\w+)FunctionArn\}$/.exec(value?.Arguments?.FunctionName ?? '')?.[1];
      // What waits for people waits for their answer and not for the function's.
      const waitsForPeople = value?.Resource?.endsWith('.waitForTaskToken') === true;
      if (name !== undefined && !waitsForPeople) tasks.push({ name, timeoutSeconds: value.TimeoutSeconds ?? 0 });
      return value;
    });
    expect(tasks.length).toBeGreaterThan(8);
    const timeouts = new Map(functionsOf(maximal, 'bank-region-a').map((one) => [one.FunctionName, one.Timeout]));
    for (const { name, timeoutSeconds } of tasks) {
      const kebab = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
      expect(timeouts.get(`bank${kebab}`)).toBeLessThan(timeoutSeconds);
    }
  });

  test('without a bundle stops the synthesis with its name', () => {
    const { 'claim-authority': _left, ...bundles } = standInBundles();
    expect(() => synthesise(minimalPlan, { bundles })).toThrow(/claim-authority has no bundle/);
  });
});

describe('what moves the traffic', () => {
  const zoneArn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':route53:::hostedzone/Z0123456789']] };
  const changes = (actions: unknown) => ({
    Action: 'route53:ChangeResourceRecordSets',
    Effect: 'Allow',
    Resource: zoneArn,
    Condition: {
      'ForAllValues:StringEquals': {
        'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['old.bank.example', '_lifeboat-bank.bank.example'],
        'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME', 'TXT'],
        'route53:ChangeResourceRecordSetsActions': actions,
      },
    },
  });

  test('may change the records that the plan names, and no others', () => {
    const shift = statements(maximal, 'bank-region-b', 'ShiftTraffic');
    expect(shift).toContainEqual(changes(['CREATE', 'DELETE', 'UPSERT']));
    expect(statements(maximal, 'bank-region-b', 'CreateRecords')).toContainEqual(changes(['CREATE']));
    expect(JSON.stringify(statements(minimal, 'tiny-region-b', 'ShiftTraffic'))).not.toContain('route53');
  });

  test('may switch the routing controls that the plan names, and past no safety rule', () => {
    expect(statements(maximal, 'bank-region-b', 'ShiftTraffic')).toContainEqual({
      Action: 'route53-recovery-cluster:UpdateRoutingControlStates',
      Effect: 'Allow',
      Resource: [routingControls['eu-central-1'], routingControls['eu-west-1']],
      Condition: { BoolIfExists: { 'route53-recovery-cluster:AllowSafetyRulesOverrides': 'false' } },
    });
  });

  test('creates records only where the plan has names that need it', () => {
    expect(functionsOf(minimal, 'tiny-region-a').map((one) => one.FunctionName)).not.toContain('tiny-create-records');
  });
});

describe('asynchronous functions', () => {
  test('end as dead letters when they fail', () => {
    const expected = { 'bank-region-a': 11, 'bank-region-b': 11, 'bank-witness': 1 };
    for (const [stack, count] of Object.entries(expected)) {
      const configs = maximal.resources(stack, 'AWS::Lambda::EventInvokeConfig');
      expect(configs).toHaveLength(count);
      for (const config of configs) expect(config.Properties.DestinationConfig).toHaveProperty('OnFailure.Destination');
    }
  });
});

describe('news for the operators', () => {
  const stacks = ['bank-region-a', 'bank-region-b'];

  test('come from the stream of the journal, the only table that has one, filtered by what is told', () => {
    for (const stack of stacks) {
      const streamed = maximal
        .resources(stack, 'AWS::DynamoDB::Table')
        .filter((one) => one.Properties.StreamSpecification);
      expect(streamed.map((one) => one.Properties.TableName)).toEqual(['bank-journal']);
      const [mapping, ...others] = maximal.resources(stack, 'AWS::Lambda::EventSourceMapping');
      expect(others).toEqual([]);
      expect(JSON.stringify(mapping?.Properties.EventSourceArn)).toMatch(/StateJournal.*StreamArn/);
      expect(mapping?.Properties).toMatchObject({ StartingPosition: 'TRIM_HORIZON', BisectBatchOnFunctionError: true });
      const { Filters } = mapping!.Properties.FilterCriteria as { Filters: { Pattern: string }[] };
      expect(Filters.map(({ Pattern }) => JSON.parse(Pattern))).toEqual([
        { dynamodb: { NewImage: { kind: { S: [...toldKinds] } } } },
      ]);
    }
  });

  test('end as dead letters when they can’t be sent, and after a bounded time', () => {
    for (const stack of stacks) {
      const [mapping] = maximal.resources(stack, 'AWS::Lambda::EventSourceMapping');
      expect(JSON.stringify(mapping?.Properties.DestinationConfig)).toContain('DeadLetters');
      expect(mapping?.Properties.MaximumRetryAttempts).toBeGreaterThan(0);
      expect(mapping?.Properties.MaximumRecordAgeInSeconds).toBeGreaterThan(0);
    }
  });

  test('are written by a function that reads the journal and its stream, marks, publishes, and nothing else', () => {
    const own = statements(maximal, 'bank-region-b', 'NewsNotifyOperators').filter(
      (statement) => !JSON.stringify(statement.Action).match(/logs:|xray:|kms:/),
    );
    expect(actionsOf(own)).toEqual([
      'dynamodb:DescribeStream',
      'dynamodb:GetRecords',
      'dynamodb:GetShardIterator',
      'dynamodb:ListStreams',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
      'sns:Publish',
      'sqs:SendMessage',
    ]);
  });
});

describe('roles', () => {
  test('hold no wildcard in an action, and one in a resource only where AWS knows no resource', () => {
    const unbounded = new Set([
      'xray:',
      'logs:',
      'cloudwatch:PutMetricData',
      'cloudwatch:GetMetricData',
      'states:SendTask',
    ]);
    for (const stack of regionStacks) {
      for (const statement of statements(maximal, stack, '')) {
        const actions = [statement.Action].flat();
        expect(actions.filter((action) => action.includes('*'))).toEqual([]);
        if (statement.Resource !== '*') continue;
        expect(actions.filter((action) => ![...unbounded].some((known) => action.startsWith(known)))).toEqual([]);
      }
    }
  });

  test('are one for each function', () => {
    const roles = maximal
      .resources('bank-region-a', 'AWS::Lambda::Function')
      .map((one) => JSON.stringify(one.Properties.Role));
    expect(new Set(roles).size).toBe(roles.length);
    for (const role of maximal.resources('bank-region-a', 'AWS::IAM::Role')) {
      expect(role.Properties.ManagedPolicyArns).toBeUndefined();
    }
  });

  test('claim-authority writes the authority and the journal and touches nothing else', () => {
    const own = statements(maximal, 'bank-region-b', 'ClaimAuthority').filter(
      (statement) => !JSON.stringify(statement.Action).match(/logs:|xray:|kms:/),
    );
    expect([...new Set(actionsOf(own))]).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    const writing = own.find((statement) => [statement.Action].flat().includes('dynamodb:UpdateItem'));
    expect(JSON.stringify(writing?.Resource)).toContain(':dynamodb:eu-west-1:');
    expect(JSON.stringify(writing?.Resource)).toContain(':table/bank-authority');
  });

  test('use a table’s key to decrypt and nothing else, and a queue to send and nothing else', () => {
    for (const stack of regionStacks) {
      for (const statement of statements(maximal, stack, '')) {
        const via = JSON.stringify(statement.Condition ?? {});
        if (via.includes('dynamodb.')) expect(statement.Action).toBe('kms:Decrypt');
        const queue = [statement.Action].flat().filter((action) => action.startsWith('sqs:'));
        expect(queue.filter((action) => action !== 'sqs:SendMessage')).toEqual([]);
      }
    }
  });

  test.each(['CloseIncident', 'CloseUnended'])('%s ends incidents and reads no captures', (role) => {
    const own = statements(maximal, 'bank-region-b', role);
    expect(actionsOf(own).filter((action) => action.startsWith('dynamodb:'))).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'dynamodb:UpdateItem',
    ]);
    expect(JSON.stringify(own)).not.toMatch(/captures/i);
  });

  test('answer-decision may only read the authority', () => {
    const own = statements(maximal, 'bank-region-b', 'AnswerDecision');
    expect(actionsOf(own).filter((action) => !/^(logs|xray):/.test(action))).toEqual(['dynamodb:GetItem']);
  });

  test('note-health keeps and records, and can start, tell and decide nothing', () => {
    const own = statements(maximal, 'bank-region-b', 'NoteHealth');
    expect(actionsOf(own).filter((action) => !/^(logs|xray|kms):/.test(action))).toEqual([
      'dynamodb:GetItem',
      'dynamodb:PutItem',
      'dynamodb:PutItem',
      'dynamodb:Query',
      'sqs:SendMessage',
    ]);
    expect(JSON.stringify(own)).not.toMatch(/authority/i);
  });

  test('people who decide may read what status shows and write nothing', () => {
    for (const [stack, region] of [
      ['bank-region-a', 'eu-central-1'],
      ['bank-region-b', 'eu-west-1'],
    ] as const) {
      const policies = maximal.resources(stack, 'AWS::IAM::ManagedPolicy');
      expect(policies).toHaveLength(1);
      const { ManagedPolicyName, PolicyDocument } = policies[0]!.Properties;
      expect(ManagedPolicyName).toBe(`bank-operators-${region}`);
      const { Statement } = PolicyDocument as { Statement: Statement[] };
      const own = Statement.filter(({ Action }) => /dynamodb:|kms:/.test(JSON.stringify(Action)));
      expect([...new Set(actionsOf(own))].sort()).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'kms:Decrypt']);
      for (const table of ['authority', 'coordination', 'captures', 'journal']) {
        expect(JSON.stringify(own)).toMatch(new RegExp(table, 'i'));
      }
      for (const { Action, Condition } of own) {
        if (Action === 'kms:Decrypt') {
          expect(Condition).toEqual({ StringEquals: { 'kms:ViaService': `dynamodb.${region}.amazonaws.com` } });
        }
      }
    }
  });

  test('people are given no table that another region’s key encrypts', () => {
    const key = { anyKeyArn: 'arn:aws:kms:eu-west-1:111122223333:key/*', alias: 'alias/bank' };
    const tableArn = 'arn:aws:dynamodb:eu-west-1:111122223333:table/bank-captures';
    const foreign = new TableAccess({ tableName: 'bank-captures', tableArn, region: 'eu-west-1', key });
    expect(() => foreign.statements('GetItem')).toThrow('bank-captures lies in another region, eu-west-1');
  });

  test('captures reach the other region through the key that bears the alias', () => {
    const text = JSON.stringify(statements(maximal, 'bank-region-a', 'CaptureReplicas'));
    expect(text).toContain(':dynamodb:eu-west-1:');
    expect(text).toContain(':table/bank-captures');
    const foreign = statements(maximal, 'bank-region-a', 'CaptureReplicas').find(
      (statement) => statement.Condition?.['ForAnyValue:StringEquals'] !== undefined,
    );
    expect(foreign?.Condition).toEqual({
      StringEquals: { 'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com' },
      'ForAnyValue:StringEquals': { 'kms:ResourceAliases': 'alias/bank' },
    });
    maximal.template('bank-region-b').hasResourceProperties('AWS::KMS::Alias', { AliasName: 'alias/bank' });
  });

  test('a probe may put nothing but observations on the buses it reports to', () => {
    const put = statements(maximal, 'bank-witness', 'ProbeRegion').find((one) => one.Action === 'events:PutEvents');
    expect(put?.Condition).toEqual({
      StringEquals: { 'events:source': 'lifeboat', 'events:detail-type': 'Signal Observed' },
    });
    const buses = JSON.stringify(put?.Resource);
    expect(buses).toContain(':events:eu-west-1:');
    expect(buses).toContain(':events:eu-central-1:');
  });

  test('the lease sends heartbeats to the other region only', () => {
    const put = statements(maximal, 'bank-region-a', 'RenewLease').find(
      (one) => one.Action === 'cloudwatch:PutMetricData',
    );
    expect(put?.Condition).toEqual({
      StringEquals: { 'cloudwatch:namespace': 'Lifeboat', 'aws:RequestedRegion': 'eu-west-1' },
    });
  });

  test('assess-incident starts the failover of its own region', () => {
    const start = statements(maximal, 'bank-region-b', 'AssessIncident').find(
      (one) => one.Action === 'states:StartExecution',
    );
    expect(start?.Resource).toEqual({ Ref: expect.stringMatching(/^FailoverMachine/) as unknown });
  });
});

describe('clusters', () => {
  interface Entry {
    readonly ClusterName: string;
    readonly PrincipalArn: { readonly 'Fn::GetAtt': readonly string[] };
    readonly AccessPolicies: readonly { readonly PolicyArn: unknown; readonly AccessScope: object }[];
  }
  const entries = (stack: string) =>
    maximal.resources(stack, 'AWS::EKS::AccessEntry').flatMap((one) => {
      const { ClusterName, PrincipalArn, AccessPolicies } = one.Properties as unknown as Entry;
      const role = /(CaptureReplicas|RecoverApplications|PrewarmStandby|TakeBackPrewarm|GateIngress)/.exec(
        PrincipalArn['Fn::GetAtt'][0]!,
      )?.[1];
      return AccessPolicies.map(({ PolicyArn, AccessScope }) => {
        const policy = /cluster-access-policy\/(\w+)/.exec(JSON.stringify(PolicyArn))?.[1];
        return [ClusterName, role, policy, AccessScope];
      });
    });

  test('let in the functions that talk to Kubernetes, each as far as it needs and in the plan’s namespaces', () => {
    const main = { Type: 'namespace', Namespaces: ['ingress-nginx', 'ledger', 'payments'] };
    const edge = { Type: 'namespace', Namespaces: ['branch'] };
    const own = { Type: 'namespace', Namespaces: ['lifeboat-prewarm'] };
    const andPrewarm = ({ Namespaces }: typeof main) => ({
      Type: 'namespace',
      Namespaces: [...Namespaces, 'lifeboat-prewarm'],
    });
    expect(entries('bank-region-b')).toEqual([
      ['main-eu-west-1', 'RecoverApplications', 'AmazonEKSEditPolicy', andPrewarm(main)],
      ['edge-eu-west-1', 'RecoverApplications', 'AmazonEKSEditPolicy', andPrewarm(edge)],
      ...['main-eu-west-1', 'edge-eu-west-1'].flatMap((cluster) => [
        [cluster, 'PrewarmStandby', 'AmazonEKSEditPolicy', own],
        [cluster, 'PrewarmStandby', 'AmazonEKSViewPolicy', cluster === 'main-eu-west-1' ? main : edge],
      ]),
      ['main-eu-west-1', 'TakeBackPrewarm', 'AmazonEKSEditPolicy', own],
      ['edge-eu-west-1', 'TakeBackPrewarm', 'AmazonEKSEditPolicy', own],
      ['main-eu-west-1', 'CaptureReplicas', 'AmazonEKSViewPolicy', main],
      ['edge-eu-west-1', 'CaptureReplicas', 'AmazonEKSViewPolicy', edge],
      ['main-eu-west-1', 'GateIngress', 'AmazonEKSEditPolicy', { Type: 'namespace', Namespaces: ['ingress-nginx'] }],
    ]);
  });

  test('node groups are scaled by the functions that may', () => {
    const eks = (role: string) =>
      actionsOf(statements(maximal, 'bank-region-b', role)).filter((action) => action.startsWith('eks:'));
    expect(eks('ScaleNodeGroups')).toEqual(['eks:DescribeNodegroup', 'eks:UpdateNodegroupConfig']);
    for (const one of ['PrewarmStandby', 'TakeBackPrewarm'])
      expect(eks(one).toSorted()).toEqual([
        'eks:DescribeCluster',
        'eks:DescribeNodegroup',
        'eks:UpdateNodegroupConfig',
      ]);
    expect(eks('CaptureReplicas')).toEqual(['eks:DescribeCluster', 'eks:DescribeNodegroup']);
    expect(eks('RecoverApplications')).toEqual(['eks:DescribeCluster']);
    const groups = JSON.stringify(statements(maximal, 'bank-region-b', 'ScaleNodeGroups'));
    expect(groups).toContain(':nodegroup/main-eu-west-1/memory/*');
  });

  test('a plan without EKS lets nobody in', () => {
    expect(minimal.resources('tiny-region-a', 'AWS::EKS::AccessEntry')).toEqual([]);
    expect(JSON.stringify(minimal.template('tiny-region-a').toJSON())).not.toContain('eks:');
  });
});

describe('tables', () => {
  test('of a region are encrypted, restorable, protected; only coordination forgets', () => {
    const tables = maximal.resources('bank-region-a', 'AWS::DynamoDB::Table');
    const summary = tables.map(({ Properties, DeletionPolicy }) => [
      Properties.TableName,
      (Properties.KeySchema as { AttributeName: string }[]).map((key) => key.AttributeName),
      (Properties.TimeToLiveSpecification as { AttributeName?: string } | undefined)?.AttributeName,
      DeletionPolicy,
    ]);
    expect(summary).toEqual([
      ['bank-coordination', ['pk', 'sk'], 'expiresAtSeconds', 'RetainExceptOnCreate'],
      ['bank-captures', ['application', 'item'], undefined, 'RetainExceptOnCreate'],
      ['bank-journal', ['incidentId', 'sequence'], undefined, 'RetainExceptOnCreate'],
    ]);
    for (const { Properties } of tables) {
      expect(Properties).toMatchObject({
        BillingMode: 'PAY_PER_REQUEST',
        DeletionProtectionEnabled: true,
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: { SSEEnabled: true, SSEType: 'KMS' },
      });
    }
  });
});
