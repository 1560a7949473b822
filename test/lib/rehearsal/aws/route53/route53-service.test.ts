import { describe, expect, test } from '@jest/globals';
import { InputError } from '../../../../../lib/plan/input-error.ts';
import { Route53Service } from '../../../../../lib/rehearsal/aws/route53/route53-service.ts';
import { AwsServiceError, type ProvisionContext, type ServiceCall } from '../../../../../lib/rehearsal/aws/service.ts';
import { SimulatedInternet } from '../../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../../lib/rehearsal/world/weather.ts';
import { startMs, testKernel } from '../../test-kernel.ts';

function world(seed = 1, batchMs = 0) {
  const kernel = testKernel(seed);
  const internet = new SimulatedInternet({ kernel, weather: new RegionWeather() });
  const addressOfHost = (name: string) => internet.addressOfHost(name);
  const route53 = new Route53Service({ kernel, internet, addressOfHost, batchMs });
  internet.addNameAuthority(route53);
  route53.defineZone('Z1', 'shop.example.');
  route53.defineZone('Z1', 'shop.example');
  const status = new Map<string, number>();
  for (const name of ['a', 'b']) {
    internet.registerHost(`${name}.lambda-url.example`, {
      region: name === 'a' ? 'eu-central-1' : 'eu-west-1',
      handle: (_request, respond) => {
        const code = status.get(name) ?? 200;
        if (code !== 0) respond({ status: code, headers: {}, body: '' });
      },
    });
    internet.registerHost(`lb.${name}.example`, {
      region: name === 'a' ? 'eu-central-1' : 'eu-west-1',
      handle: (_request, respond) => respond({ status: 200, headers: {}, body: name }),
    });
  }
  let resources = 0;
  const provision = (type: string, properties: object) => {
    const provider = route53.resources.find((one) => one.type === type);
    const context: ProvisionContext = {
      region: 'eu-central-1',
      accountId: '111122223333',
      stackName: 'stack',
      logicalId: `Resource${++resources}`,
      generatedName: `generated-${resources}`,
      assetPath: () => undefined,
    };
    return provider?.create(provider.schema.parse(properties) as never, context);
  };
  const call = (operation: string, input: Record<string, unknown>): ServiceCall => ({
    caller: { principal: 'human:operator', name: 'human:operator', accountId: '111122223333', region: 'eu-west-1' },
    region: 'us-east-1',
    operation,
    input,
  });
  const invoke = (operation: string, input: Record<string, unknown>) => route53.invoke(call(operation, input));
  const answerOf = (name: string, type: 'A' | 'CNAME' | 'NS' | 'TXT' = 'CNAME') => {
    const serverAddress = route53.serversFor(name)?.[0] ?? '';
    const answer = route53.ask({ serverAddress, name, type, from: 'internet-1' });
    return answer?.kind === 'records' ? answer.values : answer?.kind;
  };
  return { kernel, internet, route53, status, provision, call, invoke, answerOf };
}

const endpoint = (name: string) => ({
  HealthCheckConfig: {
    Type: 'HTTPS',
    FullyQualifiedDomainName: `${name}.lambda-url.example`,
    Port: 443,
    ResourcePath: '/serving',
    RequestInterval: 10,
    FailureThreshold: '3',
  },
});
const failover = (role: 'PRIMARY' | 'SECONDARY', target: string, HealthCheckId?: string) => ({
  HostedZoneId: 'Z1',
  Name: 'www.shop.example.',
  Type: 'CNAME',
  TTL: '60',
  SetIdentifier: role.toLowerCase(),
  Failover: role,
  ResourceRecords: [target],
  ...(HealthCheckId !== undefined && { HealthCheckId }),
});

function withFailoverPair() {
  const prepared = world();
  const a = prepared.provision('AWS::Route53::HealthCheck', endpoint('a'));
  const b = prepared.provision('AWS::Route53::HealthCheck', endpoint('b'));
  prepared.provision('AWS::Route53::RecordSet', failover('PRIMARY', 'lb.a.example', a?.ref));
  prepared.provision('AWS::Route53::RecordSet', failover('SECONDARY', 'lb.b.example', b?.ref));
  return { ...prepared, a: a?.ref ?? '', b: b?.ref ?? '' };
}

describe('failover records', () => {
  test('answer with the primary while it is healthy, with the secondary when only that one is', async () => {
    const { kernel, status, answerOf } = withFailoverPair();
    status.set('b', 503);
    await kernel.run(startMs + 60_000);
    expect(answerOf('www.shop.example')).toEqual(['lb.a.example']);
    status.set('a', 503);
    status.set('b', 200);
    await kernel.run(startMs + 120_000);
    expect(answerOf('www.shop.example')).toEqual(['lb.b.example']);
  });

  test('fail open: with nothing healthy the primary answers', async () => {
    const { kernel, status, answerOf, route53, a, b } = withFailoverPair();
    status.set('a', 0);
    status.set('b', 503);
    await kernel.run(startMs + 120_000);
    expect([route53.healthy(a), route53.healthy(b)]).toEqual([false, false]);
    expect(answerOf('www.shop.example')).toEqual(['lb.a.example']);
  });
});

describe('health checks', () => {
  test('count as healthy when they are new, and turn after the threshold of failures in a row', async () => {
    const { kernel, route53, status, a } = withFailoverPair();
    status.set('a', 500);
    const turns: number[] = [];
    route53.onHealthTransition(({ healthCheckId, healthy, atMs }) => {
      if (healthCheckId === a && !healthy) turns.push(atMs - startMs);
    });
    await kernel.run(startMs + 15_000);
    expect(route53.healthy(a)).toBe(true);
    await kernel.run(startMs + 60_000);
    expect(turns).toHaveLength(1);
    // Three checks at 10 s: the last of the checkers' third failures, and the way to the name servers.
    expect(turns[0]).toBeGreaterThan(20_000);
    expect(turns[0]).toBeLessThan(36_000);
  });

  test('forget failures that were not in a row', async () => {
    const { kernel, route53, status, a } = withFailoverPair();
    for (let round = 0; round < 6; round++) {
      status.set('a', round % 2 === 0 ? 500 : 200);
      await kernel.run(startMs + (round + 1) * 20_000);
    }
    expect(route53.healthy(a)).toBe(true);
  });

  test('calculated ones need their number of healthy children, inverted ones turn the answer', async () => {
    const { kernel, provision, route53, status, a, b } = withFailoverPair();
    const both = provision('AWS::Route53::HealthCheck', {
      HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: [a, b], HealthThreshold: 2 },
    });
    const notBoth = provision('AWS::Route53::HealthCheck', {
      HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: [a, b], HealthThreshold: 2, Inverted: true },
    });
    expect([route53.healthy(both?.ref ?? ''), route53.healthy(notBoth?.ref ?? '')]).toEqual([true, false]);
    status.set('a', 503);
    await kernel.run(startMs + 60_000);
    expect([route53.healthy(both?.ref ?? ''), route53.healthy(notBoth?.ref ?? '')]).toEqual([false, true]);
  });

  test('tell what each checker sees', async () => {
    const { kernel, invoke, status, a } = withFailoverPair();
    status.set('a', 404);
    await kernel.run(startMs + 60_000);
    const { HealthCheckObservations } = invoke('GetHealthCheckStatus', { HealthCheckId: a });
    expect(HealthCheckObservations).toContainEqual({ Region: 'us-east-1', StatusReport: { Status: 'Failure' } });
    expect(() => invoke('GetHealthCheckStatus', { HealthCheckId: 'none' })).toThrow(
      expect.objectContaining({ name: 'NoSuchHealthCheck' }),
    );
  });
});

describe('deployment', () => {
  test.each<[string, string, object]>([
    ['a zone that the plan does not name', 'Z9', { ...failover('PRIMARY', 'x'), HostedZoneId: 'Z9' }],
    ['a name outside the zone', 'does not lie in zone', { ...failover('PRIMARY', 'x'), Name: 'www.other.example' }],
    [
      'a failover record without identifier',
      'SetIdentifier',
      { ...failover('PRIMARY', 'x'), SetIdentifier: undefined },
    ],
    ['records without time to live', 'needs a TTL', { ...failover('PRIMARY', 'x'), TTL: undefined }],
    [
      'neither records nor alias',
      'either ResourceRecords or an AliasTarget',
      { ...failover('PRIMARY', 'x'), ResourceRecords: undefined },
    ],
    ['a health check that is not there', 'no health check', failover('PRIMARY', 'x', 'none')],
  ])('refuses %s', (_what, message, properties) => {
    const { provision } = world();
    const attempt = () => provision('AWS::Route53::RecordSet', properties);
    expect(attempt).toThrow(InputError);
    expect(attempt).toThrow(message);
  });

  test('refuses by name what it does not simulate', () => {
    const { provision } = world();
    const geographic = { ...failover('PRIMARY', 'x'), GeoLocation: { ContinentCode: 'EU' } };
    expect(() => provision('AWS::Route53::RecordSet', geographic)).toThrow('GeoLocation');
    expect(() => provision('AWS::Route53::RecordSet', { ...failover('PRIMARY', 'x'), Type: 'MX' })).toThrow();
    expect(() =>
      provision('AWS::Route53::HealthCheck', { HealthCheckConfig: { Type: 'TCP', IPAddress: '10.0.0.1' } }),
    ).toThrow();
  });

  test('refuses a second record set of the same identity, and a child check that is not there', () => {
    const { provision } = world();
    provision('AWS::Route53::RecordSet', failover('PRIMARY', 'x'));
    expect(() => provision('AWS::Route53::RecordSet', failover('PRIMARY', 'y'))).toThrow('exists already');
    const calculated = { HealthCheckConfig: { Type: 'CALCULATED', ChildHealthChecks: ['none'], HealthThreshold: 1 } };
    expect(() => provision('AWS::Route53::HealthCheck', calculated)).toThrow('no health check none');
  });

  test('finds the zone by name as well, and an alias leads to a host or to a record of the zone', () => {
    const { provision, answerOf, internet } = world();
    const alias = (Name: string, DNSName: string) => ({
      HostedZoneName: 'shop.example.',
      Name,
      Type: 'A',
      AliasTarget: { DNSName, HostedZoneId: 'Z1', EvaluateTargetHealth: true },
    });
    provision('AWS::Route53::RecordSet', alias('api.shop.example', 'lb.a.example'));
    provision('AWS::Route53::RecordSet', alias('also.shop.example', 'api.shop.example'));
    provision('AWS::Route53::RecordSet', alias('lost.shop.example', 'nothing.example'));
    const address = [internet.addressOfHost('lb.a.example')];
    expect(answerOf('api.shop.example', 'A')).toEqual(address);
    expect(answerOf('also.shop.example', 'A')).toEqual(address);
    expect(answerOf('lost.shop.example', 'A')).toEqual([]);
  });
});

describe('record changes', () => {
  const txt = (value: string) => ({
    Name: 'epoch.shop.example',
    Type: 'TXT',
    TTL: 60,
    ResourceRecords: [{ Value: value }],
  });
  const change = (Action: string, ResourceRecordSet: object) => ({ Action, ResourceRecordSet });
  const batch = (...Changes: object[]) => ({ HostedZoneId: '/hostedzone/Z1', ChangeBatch: { Changes } });

  test('reach the name servers within a minute and say when', async () => {
    const { kernel, invoke, answerOf } = world();
    const { ChangeInfo } = invoke('ChangeResourceRecordSets', batch(change('CREATE', txt('"1"')))) as {
      ChangeInfo: { Id: string; Status: string };
    };
    expect(ChangeInfo.Status).toBe('PENDING');
    expect(answerOf('epoch.shop.example', 'TXT')).toBe('no-such-name');
    await kernel.run(startMs + 61_000);
    expect(invoke('GetChange', { Id: ChangeInfo.Id })).toMatchObject({ ChangeInfo: { Status: 'INSYNC' } });
    expect(answerOf('epoch.shop.example', 'TXT')).toEqual(['"1"']);
  });

  test('are all made or none: a stale actor’s batch fails', () => {
    const { invoke } = world();
    invoke('ChangeResourceRecordSets', batch(change('CREATE', txt('"1"'))));
    const stale = batch(
      change('UPSERT', { ...txt('x'), Name: 'other.shop.example' }),
      change('DELETE', txt('"0"')),
      change('CREATE', txt('"2"')),
    );
    expect(() => invoke('ChangeResourceRecordSets', stale)).toThrow('do not match the current values');
    const { ResourceRecordSets } = invoke('ListResourceRecordSets', { HostedZoneId: 'Z1' });
    expect(ResourceRecordSets).toEqual([
      expect.objectContaining({ Name: 'epoch.shop.example.', ResourceRecords: [{ Value: '"1"' }] }),
    ]);
  });

  test('compare and set the epoch in one batch', () => {
    const { invoke } = world();
    invoke('ChangeResourceRecordSets', batch(change('CREATE', txt('"1"'))));
    invoke('ChangeResourceRecordSets', batch(change('DELETE', txt('"1"')), change('CREATE', txt('"2"'))));
    expect(invoke('ListResourceRecordSets', { HostedZoneId: 'Z1' })).toMatchObject({
      ResourceRecordSets: [{ ResourceRecords: [{ Value: '"2"' }] }],
    });
  });

  test.each<[string, string, object]>([
    ['what exists', 'already exists', change('CREATE', txt('"9"'))],
    ['what is not there to delete', 'was not found', change('DELETE', { ...txt('"1"'), Name: 'no.shop.example' })],
    ['a name of another zone', 'not permitted in zone', change('CREATE', { ...txt('"1"'), Name: 'x.other.example' })],
    ['a CNAME beside another record', 'conflicts with other records', change('CREATE', { ...txt('x'), Type: 'CNAME' })],
    ['a record without values', 'neither values nor an alias', change('CREATE', { Name: 'n.shop.example', Type: 'A' })],
    [
      'a failover record without identifier',
      "Missing field 'SetIdentifier'",
      change('CREATE', { ...txt('"1"'), Name: 'f.shop.example', Failover: 'PRIMARY' }),
    ],
    [
      'failover beside simple records',
      'mixes routing policies',
      change('CREATE', { ...txt('"1"'), SetIdentifier: 's', Failover: 'PRIMARY' }),
    ],
  ])('refuse %s as InvalidChangeBatch', (_what, message, one) => {
    const { invoke } = world();
    invoke('ChangeResourceRecordSets', batch(change('CREATE', txt('"1"'))));
    const attempt = () => invoke('ChangeResourceRecordSets', batch(one));
    expect(attempt).toThrow(expect.objectContaining({ name: 'InvalidChangeBatch' }));
    expect(attempt).toThrow(message);
  });

  test('that overtake each other never bring the older state back', async () => {
    for (let seed = 1; seed <= 8; seed++) {
      const { kernel, invoke, answerOf } = world(seed);
      for (let value = 1; value <= 4; value++)
        invoke('ChangeResourceRecordSets', batch(change('UPSERT', txt(`"${value}"`))));
      await kernel.run(startMs + 61_000);
      expect(answerOf('epoch.shop.example', 'TXT')).toEqual(['"4"']);
    }
  });
});

describe('API', () => {
  test('names its zone’s four servers, which answer for its NS records', () => {
    const { invoke, answerOf, route53 } = world();
    const { DelegationSet } = invoke('GetHostedZone', { Id: 'Z1' }) as { DelegationSet: { NameServers: string[] } };
    expect(DelegationSet.NameServers).toHaveLength(4);
    expect(answerOf('shop.example', 'NS')).toEqual(DelegationSet.NameServers);
    expect(answerOf('shop.example', 'TXT')).toBe('no-data');
    expect(route53.addressOf(DelegationSet.NameServers[0] ?? '')).toBe(route53.serversFor('shop.example')?.[0]);
    expect(route53.addressOf('ns.elsewhere.example')).toBeUndefined();
    expect(route53.serversFor('elsewhere.example')).toBeUndefined();
    const elsewhere = { serverAddress: '10.0.0.1', name: 'shop.example', type: 'NS', from: 'internet-1' } as const;
    expect(route53.ask(elsewhere)).toBeUndefined();
  });

  test('asks IAM for the action on the zone, the change or the health check', () => {
    const { route53, call } = world();
    const demand = (operation: string, input: Record<string, unknown>) => route53.demands(call(operation, input))[0];
    expect(demand('ChangeResourceRecordSets', { HostedZoneId: '/hostedzone/Z1' })).toMatchObject({
      action: 'route53:ChangeResourceRecordSets',
      resource: 'arn:aws:route53:::hostedzone/Z1',
    });
    expect(demand('GetChange', { Id: '/change/C1' })?.resource).toBe('arn:aws:route53:::change/C1');
    expect(demand('GetHealthCheckStatus', { HealthCheckId: 'h' })?.resource).toBe('arn:aws:route53:::healthcheck/h');
  });

  test('refuses operations, members and ids that are not there, by name', () => {
    const { route53, call, invoke } = world();
    expect(() => route53.demands(call('CreateHostedZone', {}))).toThrow(AwsServiceError);
    expect(() => invoke('CreateHostedZone', {})).toThrow('CreateHostedZone');
    expect(() => invoke('ListResourceRecordSets', { HostedZoneId: 'Z1', NextToken: 'a' })).toThrow('NextToken');
    expect(() => invoke('GetHostedZone', { Id: 'Z9' })).toThrow(expect.objectContaining({ name: 'NoSuchHostedZone' }));
    expect(() => invoke('GetChange', { Id: 'C9' })).toThrow(expect.objectContaining({ name: 'NoSuchChange' }));
  });
});

describe('the API', () => {
  const change = (name: string) => ({
    HostedZoneId: 'Z1',
    ChangeBatch: {
      Changes: [
        {
          Action: 'UPSERT',
          ResourceRecordSet: { Name: name, Type: 'CNAME', TTL: 60, ResourceRecords: [{ Value: 'lb.a.example' }] },
        },
      ],
    },
  });

  test('takes fifty calls at once and then ten a second', async () => {
    const { kernel, invoke } = world();
    const list = () => invoke('ListResourceRecordSets', { HostedZoneId: 'Z1' });
    for (let calls = 0; calls < 50; calls++) list();
    expect(list).toThrow(expect.objectContaining({ name: 'Throttling', statusCode: 400 }));
    await kernel.run(startMs + 1000);
    for (let calls = 0; calls < 10; calls++) list();
    expect(list).toThrow('Rate exceeded');
  });

  test('takes one batch of a zone at a time', async () => {
    const { kernel, invoke } = world(1, 150);
    invoke('ChangeResourceRecordSets', change('a.shop.example'));
    const next = () => invoke('ChangeResourceRecordSets', change('b.shop.example'));
    expect(next).toThrow(expect.objectContaining({ name: 'PriorRequestNotComplete', statusCode: 400 }));
    await kernel.run(startMs + 1000);
    expect(next).not.toThrow();
  });

  test('tells IAM every name, type and action of a batch', () => {
    const { route53, call } = world();
    expect(route53.demands(call('ChangeResourceRecordSets', change('A.shop.example.')))).toEqual([
      {
        action: 'route53:ChangeResourceRecordSets',
        resource: 'arn:aws:route53:::hostedzone/Z1',
        context: {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['a.shop.example'],
          'route53:ChangeResourceRecordSetsRecordTypes': ['CNAME'],
          'route53:ChangeResourceRecordSetsActions': ['UPSERT'],
        },
      },
    ]);
  });

  test('lists from a name on, a page at a time', async () => {
    const { kernel, invoke } = world();
    for (const name of ['c', 'a', 'b']) {
      invoke('ChangeResourceRecordSets', change(`${name}.shop.example`));
      await kernel.run(kernel.nowMs + 1000);
    }
    const listed = invoke('ListResourceRecordSets', {
      HostedZoneId: 'Z1',
      StartRecordName: 'b.shop.example',
      MaxItems: 1,
    });
    expect(listed).toMatchObject({
      ResourceRecordSets: [{ Name: 'b.shop.example.' }],
      IsTruncated: true,
      NextRecordName: 'c.shop.example.',
    });
  });
});
