import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Authority } from '../../../lib/authority/authority.ts';
import { FakeAws, lambdaContext } from './fake-aws.ts';
import { deployEnvironment } from './plan-file.ts';
import { active, samplePlan } from './sample-plan.ts';

let aws: FakeAws;
const common = { executionArn: 'arn:execution', incidentId: 'incident' };

beforeAll(async () => {
  deployEnvironment(samplePlan({ applications: [] }));
  aws = new FakeAws();
  const authority = new Authority({ client: aws.tables.client, tableName: 'authority', estate: 'shop' });
  await authority.bootstrap({ region: active, nowMs: Date.now() - 3_600_000, leaseSeconds: 60 });
});

afterAll(() => aws[Symbol.dispose]());

test('a failover goes through the handlers from the lock to the record', async () => {
  const { handler: acquire } = await import('../../../lambdas/acquire-incident/handler.ts');
  const { handler: claim } = await import('../../../lambdas/claim-authority/handler.ts');
  const { handler: shift } = await import('../../../lambdas/shift-traffic/handler.ts');
  const { handler: answer } = await import('../../../lambdas/answer-decision/handler.ts');
  const { handler: verify } = await import('../../../lambdas/verify-traffic/handler.ts');
  const { handler: close } = await import('../../../lambdas/close-incident/handler.ts');
  const asked = { ...common, observedEpoch: 1, trigger: 'operator' };
  expect(await acquire(asked, lambdaContext())).toMatchObject({ outcome: 'acquired' });
  const claimed = { ...asked, approvers: [], leaseExpiresAt: new Date().toISOString() };
  expect(await claim(claimed, lambdaContext())).toMatchObject({ outcome: 'claimed', epoch: 2 });
  expect(await shift({ ...common, epoch: 2 }, lambdaContext())).toHaveProperty('shiftedAt');
  const request = { rawPath: '/serving', requestContext: { http: { method: 'GET', path: '/serving' } }, headers: {} };
  expect(await answer(request, lambdaContext())).toMatchObject({ statusCode: 200, body: 'serving\n' });
  expect(await verify({ ...common, epoch: 2 }, lambdaContext())).toEqual({ verified: true, names: [] });
  const closing = { ...common, startedAt: new Date().toISOString(), outcome: 'recovered', epoch: 2 };
  expect(await close(closing, lambdaContext())).toMatchObject({ paged: false });
  expect(aws.calls).toMatchObject([
    { operation: 'PutEvents', region: 'eu-west-1', input: { Entries: [{ DetailType: 'Incident Closed' }] } },
    { operation: 'Publish', input: { TopicArn: 'arn:topic' } },
  ]);
});
