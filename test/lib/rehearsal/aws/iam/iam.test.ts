import { describe, expect, test } from '@jest/globals';
import { Iam } from '../../../../../lib/rehearsal/aws/iam/iam.ts';
import { identityPolicyDocument, policyDocument } from '../../../../../lib/rehearsal/aws/iam/policy-document.ts';
import type { Caller, IamDemand } from '../../../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../../lib/rehearsal/kernel/quiesce.ts';

const accountId = '111122223333';
const roleArn = `arn:aws:iam::${accountId}:role/app`;
const table = `arn:aws:dynamodb:eu-west-1:${accountId}:table/journal`;
const key = `arn:aws:kms:eu-west-1:${accountId}:key/1234`;
const queue = `arn:aws:sqs:eu-west-1:${accountId}:dead`;
const caller: Caller = { principal: roleArn, name: 'lambda:app@eu-west-1#1', accountId, region: 'eu-west-1' };

function iamWith(...statements: object[]): Iam {
  const iam = new Iam({ kernel: new Kernel({ seed: 1, startMs: 0, quiesce }), accountId });
  const document = identityPolicyDocument.parse({ Version: '2012-10-17', Statement: statements });
  iam.addRole({
    arn: roleArn,
    name: 'app',
    trust: policyDocument.parse({ Statement: [] }),
    policies: new Map([['inline', document]]),
  });
  return iam;
}

function denial(iam: Iam, demand: Partial<IamDemand> = {}, as: Caller = caller) {
  return iam.denial(as, { action: 'dynamodb:PutItem', resource: table, ...demand }, 'eu-west-1');
}

const variable = (name: string): string => ['$', '{', name, '}'].join('');

describe('identity policies', () => {
  test('nothing that allows is a denial, also for a role that does not exist', () => {
    expect(denial(iamWith())).toBe('implicit');
    expect(denial(iamWith(), {}, { ...caller, principal: `${roleArn}-gone` })).toBe('implicit');
  });

  test.each<[string, object, boolean]>([
    ['the action and resource themselves', { Action: 'dynamodb:PutItem', Resource: table }, true],
    ['an action in other case', { Action: 'DynamoDB:putitem', Resource: table }, true],
    ['a wildcard action', { Action: ['s3:*', 'dynamodb:Put*'], Resource: '*' }, true],
    ['a question mark for one character', { Action: 'dynamodb:PutIte?', Resource: table }, true],
    ['another action', { Action: 'dynamodb:GetItem', Resource: table }, false],
    ['another resource', { Action: 'dynamodb:*', Resource: `${table}-2` }, false],
    [
      'a pattern with characters that mean something in expressions',
      { Action: '*', Resource: 'arn:aws:dynamodb:.*' },
      false,
    ],
    ['all actions but others', { NotAction: 'iam:*', Resource: '*' }, true],
    ['all actions but this', { NotAction: ['dynamodb:Put*'], Resource: '*' }, false],
    ['all resources but others', { Action: '*', NotResource: `${table}-2` }, true],
    ['all resources but this', { Action: '*', NotResource: `${table}*` }, false],
    [
      'a resource by variable',
      { Action: '*', Resource: `arn:aws:dynamodb:${variable('aws:RequestedRegion')}:*:table/journal` },
      true,
    ],
    ['an unknown variable', { Action: '*', Resource: `arn:aws:dynamodb:${variable('aws:nothing')}:*` }, false],
  ])('%s', (_name, statement, allowed) => {
    expect(denial(iamWith({ Effect: 'Allow', ...statement }))).toBe(allowed ? undefined : 'implicit');
  });

  test('an explicit deny wins over any allow', () => {
    const iam = iamWith(
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: 'dynamodb:Put*', Resource: table },
    );
    expect(denial(iam)).toBe('explicit');
    expect(denial(iam, { action: 'dynamodb:GetItem' })).toBeUndefined();
  });

  test('people are administrators of the account', () => {
    expect(denial(iamWith(), {}, { ...caller, principal: 'human:operator' })).toBeUndefined();
  });
});

describe('conditions', () => {
  const context = {
    'dynamodb:LeadingKeys': ['a', 'b'],
    'kms:ViaService': 'dynamodb.eu-west-1.amazonaws.com',
    'aws:SourceArn': `arn:aws:events:eu-west-1:${accountId}:rule/beat`,
    'x:count': '5',
    'x:at': '2026-01-01T00:00:00Z',
  };
  test.each<[string, object, boolean]>([
    ['StringEquals', { 'kms:ViaService': ['other', 'dynamodb.eu-west-1.amazonaws.com'] }, true],
    ['StringEquals', { 'KMS:viaservice': 'dynamodb.eu-west-1.amazonaws.com' }, true],
    ['StringEquals', { 'kms:ViaService': 'DYNAMODB.eu-west-1.amazonaws.com' }, false],
    ['StringEqualsIgnoreCase', { 'kms:ViaService': 'DYNAMODB.eu-west-1.amazonaws.com' }, true],
    ['StringEquals', { 'not:there': 'x' }, false],
    ['StringEqualsIfExists', { 'not:there': 'x' }, true],
    ['StringNotEquals', { 'kms:ViaService': 'other' }, true],
    ['StringNotEquals', { 'kms:ViaService': ['other', 'dynamodb.eu-west-1.amazonaws.com'] }, false],
    ['StringNotEquals', { 'not:there': 'x' }, true],
    ['StringLike', { 'kms:ViaService': 'dynamodb.*.amazonaws.com' }, true],
    ['StringNotLike', { 'kms:ViaService': 'dynamodb.*' }, false],
    ['ArnLike', { 'aws:SourceArn': `arn:aws:events:*:${accountId}:rule/*` }, true],
    ['ArnLike', { 'aws:SourceArn': 'arn:aws:events:*' }, false],
    ['ArnEquals', { 'aws:SourceArn': `arn:aws:events:eu-west-1:${accountId}:rule/beat` }, true],
    ['ArnNotLike', { 'aws:SourceArn': 'arn:aws:sns:*:*:*' }, true],
    ['Bool', { 'aws:SecureTransport': 'true' }, true],
    ['Bool', { 'aws:SecureTransport': false }, false],
    ['Null', { 'not:there': true }, true],
    ['Null', { 'kms:ViaService': 'true' }, false],
    ['NumericLessThan', { 'x:count': 6 }, true],
    ['NumericLessThanEquals', { 'x:count': '5' }, true],
    ['NumericGreaterThan', { 'x:count': '5' }, false],
    ['NumericGreaterThanEquals', { 'x:count': '5' }, true],
    ['NumericEquals', { 'x:count': '5.0' }, true],
    ['NumericNotEquals', { 'x:count': '5' }, false],
    ['DateLessThan', { 'x:at': '2026-01-02T00:00:00Z' }, true],
    ['DateGreaterThan', { 'x:at': '2026-01-02T00:00:00Z' }, false],
    ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['a', 'b', 'c'] }, true],
    ['ForAllValues:StringEquals', { 'dynamodb:LeadingKeys': ['a'] }, false],
    ['ForAllValues:StringEquals', { 'not:there': ['a'] }, true],
    ['ForAnyValue:StringEquals', { 'dynamodb:LeadingKeys': ['b', 'z'] }, true],
    ['ForAnyValue:StringLike', { 'dynamodb:LeadingKeys': ['z*'] }, false],
    ['ForAnyValue:StringEquals', { 'not:there': ['a'] }, false],
  ])('%s %j', (operator, keys, holds) => {
    const iam = iamWith({ Effect: 'Allow', Action: '*', Resource: '*', Condition: { [operator]: keys } });
    expect(denial(iam, { context })).toBe(holds ? undefined : 'implicit');
  });

  test('all operators must hold', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'true' }, StringEquals: { 'aws:RequestedRegion': 'us-east-1' } };
    expect(denial(iamWith({ Effect: 'Allow', Action: '*', Resource: '*', Condition }))).toBe('implicit');
  });

  test('an operator that is not evaluated is refused by name', () => {
    expect(() =>
      iamWith({
        Effect: 'Allow',
        Action: '*',
        Resource: '*',
        Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
      }),
    ).toThrow('condition operator IpAddress is not simulated');
  });
});

describe('resource policies', () => {
  const events: Caller = {
    ...caller,
    principal: 'service:events.amazonaws.com',
    sourceArn: `arn:aws:events:eu-west-1:${accountId}:rule/beat`,
  };
  const demand = { action: 'sqs:SendMessage', resource: queue };
  const statement = { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: queue };

  test('a service needs one that names it, and its conditions count', () => {
    const iam = iamWith();
    expect(denial(iam, demand, events)).toBe('resource-policy');
    const Condition = { ArnEquals: { 'aws:SourceArn': `arn:aws:events:eu-west-1:${accountId}:rule/other` } };
    iam.registerResourcePolicy(queue, {
      Statement: { ...statement, Principal: { Service: 'events.amazonaws.com' }, Condition },
    });
    expect(denial(iam, demand, events)).toBe('resource-policy');
    iam.registerResourcePolicy(queue, { Statement: { ...statement, Principal: { Service: 'events.amazonaws.com' } } });
    expect(denial(iam, demand, events)).toBeUndefined();
    expect(denial(iam, demand, { ...events, principal: 'service:sns.amazonaws.com' })).toBe('resource-policy');
  });

  test('one that names a role allows it without an identity policy, in one account', () => {
    const iam = iamWith();
    iam.registerResourcePolicy(queue, { Statement: { ...statement, Principal: { AWS: roleArn } } });
    expect(denial(iam, demand)).toBeUndefined();
  });

  test('one that names the account allows nobody by itself', () => {
    const iam = iamWith();
    iam.registerResourcePolicy(queue, { Statement: { ...statement, Principal: { AWS: accountId } } });
    expect(denial(iam, demand)).toBe('implicit');
  });

  test('a deny for everybody hits whoever an identity policy allows', () => {
    const iam = iamWith({ Effect: 'Allow', Action: '*', Resource: '*' });
    const Condition = { Bool: { 'aws:SecureTransport': 'true' } };
    iam.registerResourcePolicy(queue, { Statement: [{ ...statement, Effect: 'Deny', Principal: '*', Condition }] });
    expect(denial(iam, demand)).toBe('explicit');
  });

  test('a key is used only as far as its own policy goes along', () => {
    const iam = iamWith({ Effect: 'Allow', Action: 'kms:*', Resource: '*' });
    const decrypt = { action: 'kms:Decrypt', resource: key };
    iam.registerResourcePolicy(key, {
      Statement: { Effect: 'Allow', Principal: { AWS: `${roleArn}-other` }, Action: 'kms:*', Resource: '*' },
    });
    expect(denial(iam, decrypt)).toBe('resource-policy');
    const root = { AWS: `arn:aws:iam::${accountId}:root` };
    iam.registerResourcePolicy(key, {
      Statement: { Effect: 'Allow', Principal: root, Action: 'kms:*', Resource: '*' },
    });
    expect(denial(iam, decrypt)).toBeUndefined();
    expect(denial(iam, decrypt, { ...caller, principal: `${roleArn}-third` })).toBe('implicit');
  });

  test('a document that is not understood is refused with its place', () => {
    const document = { Statement: [{ ...statement, NotPrincipal: '*' }] };
    expect(() => iamWith().registerResourcePolicy(queue, document)).toThrow(`The policy of ${queue}: Statement`);
  });
});

describe('assuming a role', () => {
  const trusting = (statement: object): Iam => {
    const iam = iamWith();
    const trust = policyDocument.parse({ Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement }] });
    iam.addRole({ arn: `${roleArn}-2`, name: 'app-2', trust, policies: new Map() });
    return iam;
  };
  const scheduler = 'scheduler.amazonaws.com';

  test('is up to the trust policy', () => {
    const iam = trusting({ Principal: { Service: [scheduler] } });
    expect(iam.canAssume(`${roleArn}-2`, scheduler)).toBe(true);
    expect(iam.canAssume(`${roleArn}-2`, 'lambda.amazonaws.com')).toBe(false);
    expect(iam.canAssume(`${roleArn}-3`, scheduler)).toBe(false);
  });

  test('heeds conditions on the source', () => {
    const sourceArn = `arn:aws:scheduler:eu-west-1:${accountId}:schedule-group/default`;
    const iam = trusting({
      Principal: { Service: scheduler },
      Condition: { StringEquals: { 'aws:SourceAccount': accountId }, ArnLike: { 'aws:SourceArn': sourceArn } },
    });
    expect(iam.canAssume(`${roleArn}-2`, scheduler, sourceArn)).toBe(true);
    expect(iam.canAssume(`${roleArn}-2`, scheduler)).toBe(false);
  });
});

describe('policy documents', () => {
  test.each([
    [
      'a principal in an identity policy',
      { Effect: 'Allow', Action: '*', Resource: '*', Principal: '*' },
      'has no Principal',
    ],
    ['no resource in an identity policy', { Effect: 'Allow', Action: '*' }, 'either Resource or NotResource'],
    ['neither Action nor NotAction', { Effect: 'Allow', Resource: '*' }, 'either Action or NotAction'],
    ['an unknown element', { Effect: 'Allow', Action: '*', Resource: '*', Actions: '*' }, 'Actions'],
  ])('%s is refused', (_name, statement, words) => {
    expect(() => identityPolicyDocument.parse({ Statement: statement })).toThrow(words);
  });
});
