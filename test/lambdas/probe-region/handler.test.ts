import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { FakeAws, lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, samplePlan, standby } from '../shared/sample-plan.ts';

const server = createServer((_, response) => response.writeHead(503).end('sorry'));
let aws: FakeAws;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const { detection } = samplePlan();
  const probe = { intervalSeconds: 0.05, timeoutSeconds: 1, urls: { [active]: [`http://127.0.0.1:${port}/`] } };
  deployEnvironment(samplePlan({ detection: { ...detection, probe } }));
  aws = new FakeAws();
});

afterAll(() => {
  aws[Symbol.dispose]();
  server.close();
});

test('asks over HTTP and reports on the bus of the region that would take over', async () => {
  aws.answers.set('PutEvents', { Entries: [{ EventId: '1' }] });
  const { handler } = await import('../../../lambdas/probe-region/handler.ts');
  const input = { targetRegion: active, reportTo: standby, signal: 'probe-standby' };
  await expect(handler(input, lambdaContext(800))).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
  expect(aws.calls[0]).toMatchObject({ operation: 'PutEvents', region: standby });
  const [entry] = ((aws.calls[0]?.input ?? { Entries: [] }) as { Entries: Record<string, string>[] }).Entries;
  expect(entry).toMatchObject({ Source: 'lifeboat', DetailType: 'Signal Observed' });
  expect(JSON.parse(entry?.Detail ?? '')).toMatchObject({
    signal: 'probe-standby',
    region: active,
    state: 'unhealthy',
    reason: expect.stringContaining('HTTP 503'),
  });
});

test('says when the bus refuses an observation', async () => {
  aws.answers.set('PutEvents', { FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
  const { handler } = await import('../../../lambdas/probe-region/handler.ts');
  const before = aws.calls.length;
  const input = { targetRegion: active, reportTo: standby, signal: 'probe-standby' };
  await expect(handler(input, lambdaContext(800))).rejects.toMatchObject({ name: 'DependencyUnavailableError' });
  expect(aws.calls.length).toBeGreaterThan(before + 1);
});
