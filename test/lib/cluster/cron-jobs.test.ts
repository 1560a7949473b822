import { expect, test } from '@jest/globals';
import { resumeCronJobs } from '../../../lib/cluster/cron-jobs.ts';
import { cronJob, FakeClusterApi } from './fake-cluster-api.ts';

const captured = (name: string, namespace = 'shop') => ({ cluster: 'main', namespace, name });

test('what was captured is resumed where it is suspended, and nothing else is touched', async () => {
  const api = new FakeClusterApi();
  api.cronJobs = [
    cronJob('nightly', true),
    cronJob('hourly', false),
    cronJob('retired', true),
    cronJob('nightly', true, { namespace: 'mail' }),
  ];
  expect(await resumeCronJobs(api, [captured('nightly'), captured('hourly')])).toEqual({ resumed: 1, missing: [] });
  expect(api.calls).toEqual(['resume shop/nightly']);
});

test('a second time changes nothing', async () => {
  const api = new FakeClusterApi();
  api.cronJobs = [cronJob('nightly', true)];
  await resumeCronJobs(api, [captured('nightly')]);
  expect(await resumeCronJobs(api, [captured('nightly')])).toEqual({ resumed: 0, missing: [] });
  expect(api.calls).toHaveLength(1);
});

test('what is not in the cluster is named, and keeps nothing from the others', async () => {
  const api = new FakeClusterApi();
  api.cronJobs = [cronJob('nightly', true, { namespace: 'mail' })];
  expect(await resumeCronJobs(api, [captured('nightly'), captured('nightly', 'mail')])).toEqual({
    resumed: 1,
    missing: [{ namespace: 'shop', name: 'nightly' }],
  });
});
