import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../../lib/plan/input-error.ts';
import { Route53Service } from '../../../../../lib/rehearsal/aws/route53/route53-service.ts';
import {
  chosenRecord,
  groupFault,
  type Routing,
  routingFault,
} from '../../../../../lib/rehearsal/aws/route53/routing-policy.ts';
import { SimulatedInternet } from '../../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../../lib/rehearsal/world/weather.ts';
import { startMs, testKernel } from '../../test-kernel.ts';
import { provision, send } from '../world-fake.ts';

interface Named {
  readonly name: string;
  readonly routing: Routing;
}

const weighted = (name: string, weight: number): Named => ({ name, routing: { policy: 'weighted', weight } });
const latency = (region: string): Named => ({ name: region, routing: { policy: 'latency', region } });

/** Who is chosen when these are ill and chance says so. */
function choice(group: readonly Named[], { ill = [] as string[], chance = 0 } = {}): string | undefined {
  return chosenRecord(group, {
    healthy: ({ name }) => !ill.includes(name),
    chance: () => chance,
    latencyMs: (region) => ({ near: 10, far: 100, farther: 200 })[region] ?? 1000,
  })?.name;
}

describe('weighted records', () => {
  const group = [weighted('a', 1), weighted('b', 3), weighted('none', 0)];

  test('are chosen by the ratio of their weights', () => {
    const names = [0, 0.24, 0.26, 0.99].map((chance) => choice(group, { chance }));
    expect(names).toEqual(['a', 'a', 'b', 'b']);
  });

  test('share what an unhealthy one had', () => {
    for (const chance of [0, 0.5, 0.99]) expect(choice(group, { ill: ['b'], chance })).toBe('a');
  });

  test('of weight 0 come when nobody else is healthy', () => {
    expect(choice(group, { ill: ['a', 'b'], chance: 0.9 })).toBe('none');
  });

  test('count as healthy when none is, and those of weight 0 stay out', () => {
    const ill = ['a', 'b', 'none'];
    expect([0.1, 0.9].map((chance) => choice(group, { ill, chance }))).toEqual(['a', 'b']);
  });

  test('that all weigh nothing are equally likely', () => {
    const all = [weighted('x', 0), weighted('y', 0)];
    expect([0.4, 0.6].map((chance) => choice(all, { chance }))).toEqual(['x', 'y']);
    expect(choice(all, { ill: ['x'], chance: 0.1 })).toBe('y');
    expect([0.4, 0.6].map((chance) => choice(all, { ill: ['x', 'y'], chance }))).toEqual(['x', 'y']);
  });
});

describe('latency records', () => {
  const group = [latency('far'), latency('near'), latency('farther')];

  test('are chosen by who is nearest, healthy ones first', () => {
    expect(choice(group)).toBe('near');
    expect(choice(group, { ill: ['near'] })).toBe('far');
  });

  test('count as healthy when none is', () => {
    expect(choice(group, { ill: ['near', 'far', 'farther'] })).toBe('near');
  });
});

test('of no records none is chosen, of simple ones the first', () => {
  expect(choice([])).toBeUndefined();
  expect(choice([{ name: 'only', routing: { policy: 'simple' } }], { ill: ['only'] })).toBe('only');
});

test('half of a failover pair answers, healthy or not', () => {
  const secondary: Named = { name: 's', routing: { policy: 'failover', role: 'SECONDARY' } };
  expect(choice([secondary], { ill: ['s'] })).toBe('s');
});

describe('a record set is refused', () => {
  test.each<[string, Parameters<typeof routingFault>[0], number, string]>([
    ['two policies', { SetIdentifier: 's', Weight: 1, Region: 'eu-west-1' }, 1, 'one of Failover, Weight and Region'],
    ['a weight without identifier', { Weight: 1 }, 1, "Missing field 'SetIdentifier' of a weighted record"],
    ['a region without identifier', { Region: 'eu-west-1' }, 1, "Missing field 'SetIdentifier' of a latency record"],
    ['an identifier without a policy', { SetIdentifier: 's' }, 1, 'needs a Failover, a Weight or a Region'],
    ['two values with a weight', { SetIdentifier: 's', Weight: 1 }, 2, 'a weighted record has one value'],
    ['two values with a region', { SetIdentifier: 's', Region: 'eu-west-1' }, 2, 'a latency record has one value'],
  ])('with %s', (_name, given, values, message) => {
    expect(routingFault(given, values)).toContain(message);
  });

  test.each<[string, Routing[], string]>([
    [
      'weighted beside latency',
      [
        { policy: 'weighted', weight: 1 },
        { policy: 'latency', region: 'eu-west-1' },
      ],
      'mixes routing policies',
    ],
    ['simple beside simple', [{ policy: 'simple' }, { policy: 'simple' }], 'mixes routing policies'],
    [
      'one region twice',
      [
        { policy: 'latency', region: 'eu-west-1' },
        { policy: 'latency', region: 'eu-west-1' },
      ],
      'two records for eu-west-1',
    ],
    [
      'two primaries',
      [
        { policy: 'failover', role: 'PRIMARY' },
        { policy: 'failover', role: 'PRIMARY' },
      ],
      'two records for PRIMARY',
    ],
    ['too many', Array.from({ length: 101 }, () => ({ policy: 'weighted' as const, weight: 1 })), 'more than 100'],
  ])('among others: %s', (_name, group, message) => {
    expect(groupFault(group)).toContain(message);
  });

  test('but not two failover halves, nor 100 weighted ones', () => {
    expect(
      groupFault([
        { policy: 'failover', role: 'PRIMARY' },
        { policy: 'failover', role: 'SECONDARY' },
      ]),
    ).toBeUndefined();
    expect(groupFault(Array.from({ length: 100 }, () => ({ policy: 'weighted', weight: 0 })))).toBeUndefined();
    expect(routingFault({ SetIdentifier: 's', Weight: 0 }, 1)).toBeUndefined();
  });
});

describe('in the name servers', () => {
  function zone(seed = 1) {
    const kernel = testKernel(seed);
    const internet = new SimulatedInternet({ kernel, weather: new RegionWeather() });
    const route53 = new Route53Service({ kernel, internet, addressOfHost: () => undefined, batchMs: 0 });
    route53.defineZone('Z1', 'shop.example');
    const record = (target: string, policy: Record<string, unknown>) =>
      provision(
        route53,
        'AWS::Route53::RecordSet',
        {
          HostedZoneId: 'Z1',
          Name: 'www.shop.example.',
          Type: 'CNAME',
          TTL: '60',
          SetIdentifier: target,
          ResourceRecords: [target],
          ...policy,
        },
        'eu-west-1',
      );
    const ask = (from: string, name = 'www.shop.example') => {
      const serverAddress = route53.serversFor(name)?.[0] ?? '';
      const answer = route53.ask({ serverAddress, name, type: 'CNAME', from });
      return answer?.kind === 'records' ? answer.values[0] : answer?.kind;
    };
    const change = (...Changes: object[]) =>
      send(route53, 'us-east-1', 'ChangeResourceRecordSets', { HostedZoneId: 'Z1', ChangeBatch: { Changes } });
    return { kernel, route53, record, ask, change };
  }

  test('weights of a template spread the answers, a weight given as text too', () => {
    const { record, ask } = zone();
    record('a', { Weight: 3 });
    record('b', { Weight: '1' });
    const asked = Array.from({ length: 400 }, () => ask('internet-1'));
    const share = asked.filter((target) => target === 'a').length / asked.length;
    expect(share).toBeGreaterThan(0.65);
    expect(share).toBeLessThan(0.85);
  });

  test('who looks on changes no answer that others get', () => {
    const answers = (looks: boolean) => {
      const { record, ask } = zone();
      record('a', { Weight: 1 });
      record('b', { Weight: 1 });
      return Array.from({ length: 30 }, () => {
        if (looks) ask('evidence');
        return ask('internet-1');
      });
    };
    expect(answers(true)).toEqual(answers(false));
  });

  test('latency follows the resolver’s place, and a place outside has one nearest region that stays', () => {
    const { record, ask } = zone();
    record('europe', { Region: 'eu-west-1' });
    record('asia', { Region: 'ap-south-1' });
    expect(ask('eu-central-1')).toBe('europe');
    expect(ask('ap-northeast-1')).toBe('asia');
    expect(new Set(Array.from({ length: 20 }, () => ask('internet-1'))).size).toBe(1);
    const everywhere = Array.from({ length: 40 }, (_, index) => ask(`internet-${index}`));
    expect(new Set(everywhere)).toEqual(new Set(['europe', 'asia']));
  });

  test('a deployment refuses what an API call would', () => {
    const { record } = zone();
    record('a', { Weight: 1 });
    expect(() => record('b', { Region: 'eu-west-1' })).toThrow('mixes routing policies');
    expect(() => record('c', { Weight: 256 })).toThrow();
    expect(() => record('d', {})).toThrow(InputError);
  });

  test('records are changed, listed and deleted with their policy', async () => {
    const { kernel, route53, ask, change } = zone();
    const set = (SetIdentifier: string, policy: object) => ({
      Name: 'www.shop.example',
      Type: 'CNAME',
      TTL: 60,
      SetIdentifier,
      ResourceRecords: [{ Value: SetIdentifier }],
      ...policy,
    });
    change(
      { Action: 'CREATE', ResourceRecordSet: set('a', { Weight: 0 }) },
      { Action: 'CREATE', ResourceRecordSet: set('b', { Weight: 9 }) },
    );
    await kernel.run(startMs + 61_000);
    expect(ask('internet-1')).toBe('b');
    expect(send(route53, 'us-east-1', 'ListResourceRecordSets', { HostedZoneId: 'Z1' })).toMatchObject({
      ResourceRecordSets: [{ Weight: 0 }, { Weight: 9 }],
    });
    const other = { Action: 'DELETE', ResourceRecordSet: set('b', { Weight: 8 }) };
    expect(() => change(other)).toThrow('do not match the current values');
    const mixed = { Action: 'CREATE', ResourceRecordSet: set('c', { Region: 'eu-west-1' }) };
    expect(() => change(mixed)).toThrow('mixes routing policies');
    const bare = { Action: 'CREATE', ResourceRecordSet: set('d', {}) };
    expect(() => change(bare)).toThrow('needs a Failover, a Weight or a Region');
    change({ Action: 'DELETE', ResourceRecordSet: set('b', { Weight: 9 }) });
    await kernel.run(startMs + 122_000);
    expect(ask('internet-1')).toBe('a');
    change(
      { Action: 'DELETE', ResourceRecordSet: set('a', { Weight: 0 }) },
      { Action: 'CREATE', ResourceRecordSet: set('e', { Region: 'eu-west-1' }) },
    );
    expect(send(route53, 'us-east-1', 'ListResourceRecordSets', { HostedZoneId: 'Z1' })).toMatchObject({
      ResourceRecordSets: [{ Region: 'eu-west-1' }],
    });
  });

  test('a page may end within the records of one name', () => {
    const { route53, record } = zone();
    for (const target of ['a', 'b', 'c']) record(target, { Weight: 1 });
    const list = (input: object) =>
      send(route53, 'us-east-1', 'ListResourceRecordSets', { HostedZoneId: 'Z1', ...input });
    const first = list({ MaxItems: 2 });
    expect(first).toMatchObject({
      ResourceRecordSets: [{ SetIdentifier: 'a' }, { SetIdentifier: 'b' }],
      NextRecordIdentifier: 'c',
    });
    const { NextRecordName: StartRecordName, NextRecordType: StartRecordType } = first;
    const next = { StartRecordName, StartRecordType, StartRecordIdentifier: 'c' };
    expect(list(next)).toMatchObject({ ResourceRecordSets: [{ SetIdentifier: 'c' }], IsTruncated: false });
    expect(list({ StartRecordName })).toMatchObject({ ResourceRecordSets: [{}, {}, {}] });
    expect(() => list({ StartRecordName, StartRecordIdentifier: 'c' })).toThrow('StartRecordIdentifier a type');
    expect(() => list({ StartRecordType })).toThrow('StartRecordType needs a name');
  });

  describe('one batch', () => {
    const record = (index: number, value: string) => ({
      Name: `n${index}.shop.example`,
      Type: 'TXT',
      TTL: 60,
      ResourceRecords: [{ Value: value }],
    });
    const many = (Action: string, count: number, value = '"x"') =>
      Array.from({ length: count }, (_, index) => ({ Action, ResourceRecordSet: record(index, value) }));

    test.each([
      ['CREATE', 1000],
      ['UPSERT', 500],
    ])('takes 1,000 records, an upsert counts twice: %s of %i and not one more', (Action, count) => {
      expect(() => zone().change(...many(Action, count))).not.toThrow();
      const tooMany = () => zone().change(...many(Action, count + 1));
      expect(tooMany).toThrow(expect.objectContaining({ name: 'InvalidChangeBatch' }));
      expect(tooMany).toThrow('Number of records limit of 1000 exceeded.');
    });

    test('counts an alias as a record', () => {
      const alias = {
        Name: 'alias.shop.example',
        Type: 'A',
        AliasTarget: { HostedZoneId: 'Z1', DNSName: 'x.shop.example', EvaluateTargetHealth: false },
      };
      const changes = [...many('CREATE', 999), { Action: 'UPSERT', ResourceRecordSet: alias }];
      expect(() => zone().change(...changes)).toThrow('Number of records limit of 1000 exceeded.');
    });

    test.each([
      ['CREATE', 320],
      ['UPSERT', 160],
    ])('takes 32,000 characters of values, those of an upsert twice: %s of %i hundreds', (Action, count) => {
      const value = `"${'x'.repeat(98)}"`;
      expect(() => zone().change(...many(Action, count, value))).not.toThrow();
      const tooLong = () => zone().change(...many(Action, count, value), ...many('CREATE', 1, '"y"').map(renamed));
      expect(tooLong).toThrow('character limit of 32000 exceeded');
    });

    function renamed<Change extends { ResourceRecordSet: { Name: string } }>(change: Change) {
      return { ...change, ResourceRecordSet: { ...change.ResourceRecordSet, Name: 'other.shop.example' } };
    }
  });
});
