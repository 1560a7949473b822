import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { InputError } from '../../../../lib/plan/input-error.ts';
import { defineResource } from '../../../../lib/rehearsal/aws/define-resource.ts';
import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';
import { readAssembly } from '../../../../lib/rehearsal/templates/assembly.ts';
import { type DeployedStack, deploy } from '../../../../lib/rehearsal/templates/deploy.ts';
import { type WrittenStack, writeAssembly } from './written-assembly.ts';

const accountId = '111122223333';

/** `$`+`{name}` of Fn::Sub, written so that no linter takes it for a template literal's. */
function variable(name: string): string {
  return ['$', '{', name, '}'].join('');
}

/** Deploys with one resource type, `Test::Thing`, and notes what was created with which properties. */
function deployAll(stacks: readonly WrittenStack[], seed = 1) {
  const created: { id: string; properties: Record<string, unknown>; asset: string | undefined }[] = [];
  const schema = z.strictObject({ Value: z.unknown().optional(), Name: z.string().optional() });
  const thing = defineResource('Test::Thing', schema, (properties, context) => {
    if (properties.Name === 'refused') throw new InputError('AWS would refuse this name');
    const asset = context.assetPath('a.zip');
    created.push({ id: `${context.stackName}/${context.logicalId}`, properties, asset });
    const name = properties.Name ?? context.generatedName;
    return {
      ref: name,
      attributes: { Arn: `arn:aws:test:${context.region}:${context.accountId}:${name}`, 'A.B': 'ab' },
    };
  });
  const kernel = new Kernel({ seed, startMs: 0, quiesce });
  const run = (): readonly DeployedStack[] =>
    deploy(readAssembly(writeAssembly(stacks)), { kernel, accountId, providers: [thing] });
  return { created, run };
}

function thing(Value?: unknown, more: object = {}): object {
  return { Type: 'Test::Thing', Properties: Value === undefined ? {} : { Value }, ...more };
}

/** What a property of a resource evaluates to. */
function evaluated(value: unknown, template: object = {}): unknown {
  const Other = { Type: 'Test::Thing', Properties: { Name: 'other' } };
  const { created, run } = deployAll([
    { name: 'stack', template: { ...template, Resources: { Other, It: thing(value) } } },
  ]);
  run();
  return created.at(-1)?.properties.Value;
}

function problems(stacks: readonly WrittenStack[]): readonly string[] {
  try {
    deployAll(stacks).run();
  } catch (error) {
    if (error instanceof InputError)
      return error.message
        .split('\n')
        .slice(1)
        .map((line) => line.trim());
    throw error;
  }
  return [];
}

describe('intrinsic functions', () => {
  const template = {
    Mappings: { M: { top: { second: 'mapped' } } },
    Conditions: {
      Yes: { 'Fn::Equals': [{ Ref: 'AWS::Region' }, 'eu-west-1'] },
      No: { 'Fn::Not': [{ Condition: 'Yes' }] },
      Both: { 'Fn::And': [{ Condition: 'Yes' }, { Condition: 'No' }] },
      Either: { 'Fn::Or': [{ Condition: 'Yes' }, { Condition: 'No' }] },
    },
    Parameters: {
      Size: { Type: 'Number', Default: 3 },
      BootstrapVersion: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/hnb659fds/version' },
    },
  };
  test.each<[string, unknown, unknown]>([
    ['Ref of a resource', { Ref: 'Other' }, 'other'],
    ['Ref of a parameter', { Ref: 'Size' }, '3'],
    ['Ref of the bootstrap version', { Ref: 'BootstrapVersion' }, '30'],
    ['GetAtt as list', { 'Fn::GetAtt': ['Other', 'Arn'] }, `arn:aws:test:eu-west-1:${accountId}:other`],
    ['GetAtt as text, of an attribute with a dot', { 'Fn::GetAtt': 'Other.A.B' }, 'ab'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Other' }, 1]] }, 'a-other-1'],
    ['Split and Select', { 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b'] }] }, 'b'],
    ['Base64', { 'Fn::Base64': 'hi' }, 'aGk='],
    ['FindInMap', { 'Fn::FindInMap': ['M', 'top', 'second'] }, 'mapped'],
    ['If, true', { 'Fn::If': ['Yes', 'y', 'n'] }, 'y'],
    ['If, false', { 'Fn::If': ['No', 'y', 'n'] }, 'n'],
    ['And', { 'Fn::If': ['Both', 'y', 'n'] }, 'n'],
    ['Or', { 'Fn::If': ['Either', 'y', 'n'] }, 'y'],
    ['NoValue', { a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }] }, { b: [1] }],
    [
      'a policy condition, which is no function',
      { Condition: { Bool: { x: true } } },
      { Condition: { Bool: { x: true } } },
    ],
    [
      'Sub with names, attributes, own variables and literals',
      {
        'Fn::Sub': [
          [variable('Other'), variable('Other.Arn'), variable('V'), variable('!L')].join('/'),
          { V: { Ref: 'Size' } },
        ],
      },
      `other/arn:aws:test:eu-west-1:${accountId}:other/3/${variable('L')}`,
    ],
    [
      'pseudo parameters',
      {
        'Fn::Sub': ['Region', 'AccountId', 'Partition', 'URLSuffix', 'StackName']
          .map((name) => variable(`AWS::${name}`))
          .join(' '),
      },
      `eu-west-1 ${accountId} aws amazonaws.com stack`,
    ],
    ['the stack id', { Ref: 'AWS::StackId' }, expect.stringContaining(':stack/stack/')],
  ])('%s', (_name, value, expected) => {
    expect(evaluated(value, template)).toEqual(expected);
  });
});

describe('deployment', () => {
  test('creates resources after what they refer to or depend on', () => {
    const Resources = {
      Last: thing({ 'Fn::GetAtt': ['Middle', 'Arn'] }),
      Middle: thing({ 'Fn::Sub': variable('First') }),
      First: thing(undefined, { DependsOn: 'Zero' }),
      Zero: thing(undefined, { DeletionPolicy: 'Retain', Metadata: { x: 1 } }),
      Meta: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'x' } },
    };
    const { created, run } = deployAll([{ name: 's', template: { Resources } }]);
    const [stack] = run();
    expect(created.map(({ id }) => id)).toEqual(['s/Zero', 's/First', 's/Middle', 's/Last']);
    expect(stack?.resources.get('First')).toMatchObject({ logicalId: 'First', type: 'Test::Thing' });
  });

  test('carries exports of one stack to imports of a later one in the region', () => {
    const first = {
      Resources: { A: { Type: 'Test::Thing', Properties: { Name: 'shared' } } },
      Outputs: {
        Out: { Value: { Ref: 'A' }, Export: { Name: 'shared-name' } },
        Plain: { Value: 'x', Description: 'd' },
      },
    };
    const second = { Resources: { B: thing({ 'Fn::ImportValue': 'shared-name' }) } };
    const { created, run } = deployAll([
      { name: 'one', template: first },
      { name: 'two', template: second, dependencies: ['one'] },
    ]);
    expect(run()[0]?.outputs).toEqual({ Out: 'shared', Plain: 'x' });
    expect(created.at(-1)?.properties.Value).toBe('shared');
  });

  test('leaves out resources and outputs whose condition is false', () => {
    const { created, run } = deployAll([
      {
        name: 's',
        template: {
          Conditions: { No: { 'Fn::Equals': ['a', 'b'] } },
          Resources: { A: thing(undefined, { Condition: 'No' }), B: thing() },
          Outputs: { O: { Value: { Ref: 'A' }, Condition: 'No' } },
        },
      },
    ]);
    expect(run()[0]?.outputs).toEqual({});
    expect(created.map(({ id }) => id)).toEqual(['s/B']);
  });

  test('generates names that are the same for a seed, short enough for a role, and others for another seed', () => {
    const stack = {
      name: 'a-stack-with-a-long-name-indeed',
      template: { Resources: { AVeryLongLogicalIdentifier1234: thing() } },
    };
    const name = (seed: number): string | undefined =>
      [...(deployAll([stack], seed).run()[0]?.resources.values() ?? [])][0]?.ref;
    expect(name(1)).toBe(name(1));
    expect(name(2)).not.toBe(name(1));
    expect(name(1)?.length).toBeLessThanOrEqual(64);
  });

  test('gives providers the folder of an asset', () => {
    const assets = { 'a.zip': { path: 'asset.a', packaging: 'zip' as const } };
    const { created, run } = deployAll([{ name: 's', template: { Resources: { A: thing() } }, assets }]);
    run();
    expect(created[0]?.asset).toMatch(/asset\.a$/);
  });
});

describe('what the world does not implement', () => {
  test('is listed all at once, each with stack, logical id and what', () => {
    const Resources = {
      Bucket: { Type: 'AWS::S3::Bucket' },
      Odd: { Type: 'Test::Thing', Properties: { Colour: 'red', Size: 1 } },
      Zones: thing({ 'Fn::GetAZs': '' }),
      Lost: thing({ Ref: 'Nowhere' }, { DependsOn: 'Elsewhere' }),
      Attribute: thing({ 'Fn::GetAtt': ['Good', 'Colour'] }),
      Good: thing(),
      Refused: { Type: 'Test::Thing', Properties: { Name: 'refused' } },
      Number: { Type: 'Test::Thing', Properties: { Name: 5 } },
    };
    const found = problems([{ name: 's', template: { Resources, Outputs: { O: { Value: { Ref: 'Gone' } } } } }]);
    expect(found).toEqual(
      expect.arrayContaining([
        's: Bucket: resource type AWS::S3::Bucket is not simulated',
        's: Odd (Test::Thing): properties Colour, Size not simulated',
        's: Zones: Fn::GetAZs is not simulated',
        's: Lost refers to Nowhere, which is not in the template',
        's: Lost depends on Elsewhere, which is not in the template',
        's: Attribute (Test::Thing): attribute Colour of Good (Test::Thing) is not simulated',
        's: Refused (Test::Thing): AWS would refuse this name',
        's: output O refers to Gone, which is not in the template',
        expect.stringMatching(/^s: Number \(Test::Thing\): Name: /),
      ]),
    );
  });

  test('is not reported again for those who refer to it', () => {
    const first = {
      Resources: { Bucket: { Type: 'AWS::S3::Bucket' }, User: thing({ 'Fn::GetAtt': ['Bucket', 'Arn'] }) },
      Outputs: { O: { Value: { Ref: 'User' }, Export: { Name: 'user' } } },
    };
    const second = { Resources: { Later: thing({ 'Fn::ImportValue': 'user' }) } };
    const stacks = [
      { name: 'one', template: first },
      { name: 'two', template: second, dependencies: ['one'] },
    ];
    expect(problems(stacks)).toEqual(['one: Bucket: resource type AWS::S3::Bucket is not simulated']);
  });

  test.each<[string, object, string]>([
    [
      'an import that nobody exports yet',
      { A: thing({ 'Fn::ImportValue': 'none' }) },
      'no stack in eu-west-1 exports none (yet)',
    ],
    ['a circular dependency', { A: thing({ Ref: 'B' }), B: thing({ Ref: 'A' }) }, 'circular dependency A → B → A'],
    ['a Select out of range', { A: thing({ 'Fn::Select': [3, ['a']] }) }, 'Fn::Select: there is no item 3'],
    [
      'a Join of something that is no list',
      { A: thing({ 'Fn::Join': ['', 'x'] }) },
      'Fn::Join needs a list and got "x"',
    ],
    [
      'a Sub of a list',
      { A: thing({ 'Fn::Sub': [variable('V'), { V: ['a'] }] }) },
      'Fn::Sub needs a string and got ["a"]',
    ],
    ['a missing mapping', { A: thing({ 'Fn::FindInMap': ['M', 'a', 'b'] }) }, 'mapping M has no a, b'],
    ['a missing condition', { A: thing({ 'Fn::If': ['C', 1, 2] }) }, 'there is no condition C'],
    ['notification ARNs', { A: thing({ Ref: 'AWS::NotificationARNs' }) }, 'AWS::NotificationARNs'],
  ])('%s', (_name, Resources, words) => {
    expect(problems([{ name: 's', template: { Resources } }]).join('\n')).toContain(words);
  });

  test('a resource attribute such as UpdatePolicy', () => {
    const Resources = { A: thing(undefined, { UpdatePolicy: {} }) };
    expect(() => deployAll([{ name: 's', template: { Resources } }]).run()).toThrow('UpdatePolicy');
  });

  test('parameters that somebody would have to give, or that come from SSM', () => {
    const Parameters = {
      Given: { Type: 'String' },
      Ssm: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/x' },
    };
    const Resources = { A: thing({ Ref: 'Given' }), B: thing({ Ref: 'Ssm' }) };
    const found = problems([{ name: 's', template: { Parameters, Resources } }]).join('\n');
    expect(found).toContain('parameter Given has no default');
    expect(found).toContain('parameter Ssm reads SSM parameter /x');
  });

  test('another account, and an export that exists already', () => {
    const template = { Resources: { A: thing() }, Outputs: { O: { Value: 'v', Export: { Name: 'n' } } } };
    const found = problems([
      { name: 'one', template, environment: 'aws://999999999999/eu-west-1' },
      { name: 'two', template, dependencies: ['one'] },
    ]).join('\n');
    expect(found).toContain('one is for account 999999999999');
    expect(found).toContain('export eu-west-1/n exists already');
  });
});
