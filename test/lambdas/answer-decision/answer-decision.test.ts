import { expect, test } from '@jest/globals';
import { type AnswerDecisionDependencies, answerDecision } from '../../../lambdas/answer-decision/answer-decision.ts';
import { failoverWorld, startMs } from '../shared/failover-world.ts';
import { FakeLog } from '../shared/fake-log.ts';
import { standby } from '../shared/sample-plan.ts';

function request(rawPath = '/serving', method = 'GET') {
  return { rawPath, requestContext: { http: { method } } };
}

async function setUp() {
  const world = await failoverWorld();
  const cache: AnswerDecisionDependencies['cache'] = {};
  const dependencies = { ...world, log: new FakeLog(), cache };
  const status = async () => (await answerDecision(request(), dependencies)).statusCode;
  const claim = () =>
    world.authority.claim({
      region: standby,
      observedEpoch: 1,
      incidentId: 'incident',
      executionArn: 'arn:execution',
      nowMs: startMs + 70_000,
      leaseSeconds: 60,
    });
  const serve = () => world.authority.serve({ region: standby, epoch: 2, nowMs: startMs + 80_000 });
  return { world, dependencies, status, claim, serve };
}

test('a region serves when it is active and was let serve, not before', async () => {
  const { world, status, claim, serve } = await setUp();
  expect(await status()).toBe(503);
  await claim();
  world.runtime.advance(2);
  expect(await status()).toBe(503);
  await serve();
  world.runtime.advance(2);
  expect(await status()).toBe(200);
});

test('an answer is kept for less than 2 s', async () => {
  const { world, status, claim, serve } = await setUp();
  expect(await status()).toBe(503);
  await claim();
  await serve();
  world.runtime.advance(1.999);
  const reads = world.tables.operations.length;
  expect(await status()).toBe(503);
  expect(world.tables.operations).toHaveLength(reads);
  world.runtime.advance(0.001);
  expect(await status()).toBe(200);
});

test('who can not read the authority does not serve, and logs it', async () => {
  const { world, dependencies, status } = await setUp();
  world.tables.fail('GetItem', 'AccessDeniedException');
  expect(await status()).toBe(503);
  expect(dependencies.log.lines).toMatchObject([{ level: 'error', errorName: 'AccessDeniedException' }]);
});

test('no answer may be stored, and there is no other path or method', async () => {
  const { dependencies } = await setUp();
  for (const [path, method, statusCode] of [
    ['/serving', 'GET', 503],
    ['/serving', 'POST', 404],
    ['/', 'GET', 404],
  ] as const) {
    expect(await answerDecision(request(path, method), dependencies)).toMatchObject({
      statusCode,
      headers: { 'cache-control': 'no-store' },
    });
  }
});
