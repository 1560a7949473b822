import { expect, test } from '@jest/globals';
import { RecoveryClusterService } from '../../../../../lib/rehearsal/aws/arc/recovery-cluster-service.ts';
import { Route53Service } from '../../../../../lib/rehearsal/aws/route53/route53-service.ts';
import { SimulatedInternet } from '../../../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../../../lib/rehearsal/world/weather.ts';
import { startMs, testKernel } from '../../test-kernel.ts';

const regions = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'];

function world() {
  const kernel = testKernel(1);
  const weather = new RegionWeather();
  const cluster = new RecoveryClusterService({ kernel, weather });
  cluster.defineCluster(regions);
  cluster.defineControl('arn:a', true);
  cluster.defineControl('arn:b', false);
  const caller = { principal: 'human:test', name: 'human:test', accountId: '111122223333', region: 'eu-west-1' };
  const set = (states: Readonly<Record<string, 'On' | 'Off'>>, region = 'eu-west-1') =>
    cluster.invoke({
      caller,
      region,
      operation: 'UpdateRoutingControlStates',
      input: {
        UpdateRoutingControlStateEntries: Object.entries(states).map(([RoutingControlArn, RoutingControlState]) => ({
          RoutingControlArn,
          RoutingControlState,
        })),
      },
    });
  return { kernel, weather, cluster, set };
}

test('health checks follow a control within seconds', async () => {
  const { kernel, weather, cluster, set } = world();
  const internet = new SimulatedInternet({ kernel, weather });
  const route53 = new Route53Service({
    kernel,
    internet,
    addressOfHost: () => undefined,
    routingControls: cluster,
  });
  route53.createHealthCheck('check', { kind: 'routing-control', routingControlArn: 'arn:b', inverted: false });
  expect(route53.healthy('check')).toBe(false);
  set({ 'arn:b': 'On', 'arn:a': 'Off' });
  expect(route53.healthy('check')).toBe(false);
  await kernel.run(startMs + 10_000);
  expect(route53.healthy('check')).toBe(true);
  expect(cluster.isOn('arn:a')).toBe(false);
});

test('a safety rule refuses the whole update', () => {
  const { cluster, set } = world();
  cluster.defineRule({ name: 'one-of-them', routingControlArns: ['arn:a', 'arn:b'], atLeastOn: 1 });
  expect(() => set({ 'arn:b': 'Off', 'arn:a': 'Off' })).toThrow(expect.objectContaining({ name: 'ConflictException' }));
  expect([cluster.isOn('arn:a'), cluster.isOn('arn:b')]).toEqual([true, false]);
});

test('an unknown control refuses the whole update', () => {
  const { cluster, set } = world();
  expect(() => set({ 'arn:b': 'On', 'arn:c': 'On' })).toThrow(/No routing control arn:c/);
  expect(cluster.isOn('arn:b')).toBe(false);
});

test('endpoints answer while three of the five regions are up', () => {
  const { weather, set } = world();
  weather.setRegionDown('us-east-1');
  weather.setRegionDown('us-west-2');
  expect(() => set({ 'arn:b': 'On' })).not.toThrow();
  weather.setRegionDown('ap-northeast-1');
  expect(() => set({ 'arn:b': 'Off' })).toThrow(
    expect.objectContaining({ name: 'EndpointTemporarilyUnavailableException' }),
  );
});

test('a region without an endpoint has none', () => {
  const { set } = world();
  expect(() => set({ 'arn:b': 'On' }, 'eu-central-1')).toThrow(/endpoint/);
});
