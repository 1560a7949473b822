import { expect, test } from '@jest/globals';
import { embeddedMetrics } from '../../../lambdas/shared/metrics.ts';
import { EmbeddedMetrics } from '../../../lib/rehearsal/aws/logs/embedded-metrics.ts';
import { WorldFake } from '../../lib/rehearsal/aws/world-fake.ts';

function recorded() {
  const world = new WorldFake();
  const points: unknown[][] = [];
  const extraction = new EmbeddedMetrics({
    kernel: world.kernel,
    weather: world.weather,
    metrics: { record: (...point) => points.push(point) },
  });
  const settle = () => world.kernel.run(world.kernel.nowMs + 60_000);
  return { world, points, extraction, settle };
}

test('what a function writes of itself is what CloudWatch takes out of its log', async () => {
  const { points, extraction, settle } = recorded();
  const metrics = embeddedMetrics({
    estate: 'shop',
    nowMs: () => 1_772_366_400_123,
    write: (line) => extraction.onLine('eu-west-1', line),
  });
  metrics.record({ Beats: 1 }, { Beat: 'renew-lease' });
  metrics.record({ RtoMissed: 0, RpoMissed: 2 });
  expect(points).toEqual([]);
  await settle();
  const estate = { Estate: 'shop' };
  expect(points).toEqual([
    ['eu-west-1', 'Lifeboat', 'Beats', { ...estate, Beat: 'renew-lease' }, 1, 1_772_366_400_123],
    ['eu-west-1', 'Lifeboat', 'RtoMissed', estate, 0, 1_772_366_400_123],
    ['eu-west-1', 'Lifeboat', 'RpoMissed', estate, 2, 1_772_366_400_123],
  ]);
});

test('other lines, half ones and those of a region that has gone dark are no metrics', async () => {
  const { world, points, extraction, settle } = recorded();
  for (const line of ['REPORT {"_aws"', '{"_aws"', '{"level":"WARN"}', '{"_aws":{"Timestamp":1}}']) {
    extraction.onLine('eu-west-1', line);
  }
  const write = (line: string) => extraction.onLine('eu-central-1', line);
  embeddedMetrics({ estate: 'shop', nowMs: () => 0, write }).record({ Beats: 1 });
  world.downRegions.add('eu-central-1');
  await settle();
  expect(points).toEqual([]);
});
