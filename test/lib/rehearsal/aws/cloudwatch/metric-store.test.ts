import { expect, test } from '@jest/globals';
import { MetricStore, metricKey } from '../../../../../lib/rehearsal/aws/cloudwatch/metric-store.ts';

const sample = (atMs: number) => ({ atMs, count: 1, sum: 1, minimum: 1, maximum: 1 });

test('a metric is the same whatever the order of its dimensions', () => {
  expect(metricKey('r', 'n', 'm', { a: '1', b: '2' })).toBe(metricKey('r', 'n', 'm', { b: '2', a: '1' }));
  expect(metricKey('r', 'n', 'm', { a: '1' })).not.toBe(metricKey('r', 'n', 'm', {}));
});

test('what is older than three hours is forgotten once there is much', () => {
  const store = new MetricStore();
  const hourMs = 3_600_000;
  for (let second = 0; second < 2_500; second++) store.add('k', sample(second * 1000), second * 1000);
  expect(store.statistic('k', 'SampleCount', 0, hourMs)).toBe(2_500);
  store.add('k', sample(4 * hourMs), 4 * hourMs);
  expect(store.statistic('k', 'SampleCount', 0, hourMs)).toBeUndefined();
  expect(store.statistic('k', 'SampleCount', 0, 5 * hourMs)).toBe(1);
});

test('a metric without samples has no statistic', () => {
  expect(new MetricStore().statistic('k', 'Sum', 0, 1)).toBeUndefined();
});
