import { ExecutionAlreadyExists } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Authority } from '../../../lib/authority/authority.ts';
import { FakeAws, lambdaContext } from '../shared/fake-aws.ts';
import { deployEnvironment } from '../shared/plan-file.ts';
import { active, samplePlan } from '../shared/sample-plan.ts';

let aws: FakeAws;

beforeAll(async () => {
  const { detection } = samplePlan();
  deployEnvironment(samplePlan({ detection: { ...detection, quorum: 1, confirmationSeconds: 0 } }));
  aws = new FakeAws();
  const authority = new Authority({ client: aws.tables.client, tableName: 'authority', estate: 'shop' });
  await authority.bootstrap({ region: active, nowMs: Date.now(), leaseSeconds: 60 });
});

afterAll(() => aws[Symbol.dispose]());

function event(time: string, source = 'lifeboat') {
  return {
    'detail-type': 'Signal Observed',
    source,
    id: time,
    time,
    detail: { signal: 'probe-standby', region: active, state: 'unhealthy', observedAt: time },
  };
}

test('starts the state machine by name, and takes «exists already» for done', async () => {
  const { handler } = await import('../../../lambdas/assess-incident/handler.ts');
  aws.answers.set('StartExecution', new ExecutionAlreadyExists({ message: 'exists', $metadata: {} }));
  const now = new Date().toISOString();
  expect(await handler(event(now), lambdaContext())).toMatchObject({ decision: 'started' });
  expect(aws.calls).toMatchObject([
    { operation: 'PutEvents', input: { Entries: [{ Source: 'lifeboat', DetailType: 'Incident Suspected' }] } },
    {
      operation: 'StartExecution',
      region: 'eu-west-1',
      input: { stateMachineArn: 'arn:machine', name: expect.stringMatching(/^failover-epoch-2-shop-/) },
    },
  ]);
});

test('refuses what is no observation', async () => {
  const { handler } = await import('../../../lambdas/assess-incident/handler.ts');
  const failure = handler(event('2026-03-01T12:00:00.000Z', 'somebody'), lambdaContext());
  await expect(failure).rejects.toMatchObject({ name: 'ContractViolationError' });
});
