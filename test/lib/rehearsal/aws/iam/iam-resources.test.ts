import { expect, test } from '@jest/globals';
import { Iam } from '../../../../../lib/rehearsal/aws/iam/iam.ts';
import type { Provisioned } from '../../../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../../lib/rehearsal/kernel/quiesce.ts';

const accountId = '111122223333';
const trust = {
  Statement: { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
};
const allowAll = { Statement: { Effect: 'Allow', Action: 'sns:Publish', Resource: '*' } };

function setUp() {
  const iam = new Iam({ kernel: new Kernel({ seed: 1, startMs: 0, quiesce }), accountId });
  const create = (type: string, properties: object): Provisioned => {
    const provider = iam.resources.find((one) => one.type === type);
    if (provider === undefined) throw new Error(`no provider for ${type}`);
    return provider.create(provider.schema.parse(properties) as never, {
      region: 'eu-west-1',
      accountId,
      stackName: 's',
      logicalId: 'L',
      generatedName: 's-L-1',
      assetPath: () => undefined,
    });
  };
  const maySend = (roleArn: string, action = 'sns:Publish'): boolean => {
    const caller = { principal: roleArn, name: 'x', accountId, region: 'eu-west-1' };
    return iam.denial(caller, { action, resource: 'arn:aws:sns:eu-west-1:111122223333:t' }, 'eu-west-1') === undefined;
  };
  return { iam, create, maySend };
}

test('a role has a generated name or its own, its path in the ARN, and its inline policies', () => {
  const { create, maySend } = setUp();
  expect(create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust }).ref).toBe('s-L-1');
  const { ref, attributes } = create('AWS::IAM::Role', {
    AssumeRolePolicyDocument: trust,
    RoleName: 'named',
    Path: '/lifeboat/',
    Policies: [{ PolicyName: 'p', PolicyDocument: allowAll }],
  });
  expect(ref).toBe('named');
  expect(attributes.Arn).toBe(`arn:aws:iam::${accountId}:role/lifeboat/named`);
  expect(maySend(String(attributes.Arn))).toBe(true);
});

test('a policy is attached to the roles it names, which must exist', () => {
  const { create, maySend } = setUp();
  const { ref, attributes } = create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust });
  expect(maySend(String(attributes.Arn))).toBe(false);
  create('AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: allowAll, Roles: [ref] });
  expect(maySend(String(attributes.Arn))).toBe(true);
  expect(() => create('AWS::IAM::Policy', { PolicyName: 'p', PolicyDocument: allowAll, Roles: ['gone'] })).toThrow(
    'role gone does not exist',
  );
});

test('managed policies count, our own and those of AWS that are known', () => {
  const { create, maySend } = setUp();
  const own = create('AWS::IAM::ManagedPolicy', { PolicyDocument: allowAll, Path: '/x/' });
  expect(own.ref).toBe(`arn:aws:iam::${accountId}:policy/x/s-L-1`);
  const xray = 'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess';
  const role = create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [own.ref, xray] });
  expect(maySend(String(role.attributes.Arn))).toBe(true);
  expect(maySend(String(role.attributes.Arn), 'xray:PutTraceSegments')).toBe(true);
  const second = create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, RoleName: 'second' });
  create('AWS::IAM::ManagedPolicy', { ManagedPolicyName: 'm', PolicyDocument: allowAll, Roles: ['second'] });
  expect(maySend(String(second.attributes.Arn))).toBe(true);
});

test('a managed policy of AWS that is not known, and a role that exists, are refused by name', () => {
  const { create } = setUp();
  const ManagedPolicyArns = ['arn:aws:iam::aws:policy/AdministratorAccess'];
  expect(() => create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, ManagedPolicyArns })).toThrow(
    'AdministratorAccess is not known to the rehearsal',
  );
  create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, RoleName: 'same' });
  expect(() => create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, RoleName: 'same' })).toThrow(
    'already exists',
  );
});

test('permissions boundaries are refused, not ignored', () => {
  const { create } = setUp();
  expect(() => create('AWS::IAM::Role', { AssumeRolePolicyDocument: trust, PermissionsBoundary: 'arn' })).toThrow(
    'PermissionsBoundary',
  );
});
