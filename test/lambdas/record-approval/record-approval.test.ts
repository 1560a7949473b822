import { describe, expect, test } from '@jest/globals';
import { recordApproval } from '../../../lambdas/record-approval/record-approval.ts';
import type { ApprovalRequest } from '../../../lib/authority/approval-request.ts';
import { ApprovalStore } from '../../../lib/authority/approval-store.ts';
import { at, failoverWorld, startMs } from '../shared/failover-world.ts';
import { WaitingMachine } from '../shared/waiting-machine.ts';

const executionArn = 'arn:aws:states:eu-west-1:1:execution:shop-failover:failover-epoch-2';
const execution = 'failover-epoch-2';
const alice = 'arn:aws:sts::1:assumed-role/people/alice';
const bob = 'arn:aws:sts::1:assumed-role/people/bob';

const asked: ApprovalRequest = {
  executionName: execution,
  executionArn,
  incidentId: 'incident',
  observedEpoch: 1,
  approversNeeded: 2,
  facts: ['orders: orders-db would lose 3 s of data now'],
  round: 1,
  askedAt: at(0),
  expiresAtMs: startMs + 1_800_000,
  taskToken: 'token-1',
  answers: [],
  version: 0,
};

async function setUp(changes: Partial<ApprovalRequest> | 'nobody asked' = {}) {
  const world = await failoverWorld();
  const outcome = new WaitingMachine();
  const approvals = new ApprovalStore({ client: world.tables.client, tableName: 'coordination' });
  await world.lock.acquire({ executionArn, incidentId: 'incident', nowMs: startMs });
  if (changes !== 'nobody asked') await approvals.change(execution, () => ({ ...asked, ...changes }));
  const send = async (userArn: string, body: string, method = 'POST', isBase64Encoded = false) => {
    const requestContext = { http: { method }, authorizer: { iam: { userArn } } };
    const input = { rawPath: '/', body, isBase64Encoded, requestContext };
    const answer = await recordApproval(input, { ...world, approvals, outcome });
    return {
      status: answer.statusCode,
      text: answer.body,
      ...(JSON.parse(answer.body) as { outcome: string; message: string }),
    };
  };
  const say = (userArn: string, action: string, name = execution) =>
    send(userArn, JSON.stringify({ action, execution: name }));
  return { ...world, approvals, outcome, send, say };
}

describe('an approval', () => {
  test('takes two different people, and the same one twice counts once', async () => {
    const { say, outcome } = await setUp();
    expect(await say(alice, 'approve')).toMatchObject({ status: 200, outcome: 'recorded' });
    const again = await say(alice, 'approve');
    expect(again).toMatchObject({ status: 200, outcome: 'duplicate' });
    expect(again.message).toContain('1 of 2 different people have agreed');
    expect(outcome.heard).toEqual([]);
    expect(await say(bob, 'approve')).toMatchObject({ status: 200, outcome: 'decided' });
    expect(outcome.heard).toMatchObject([{ decided: 'approved', answers: [{ by: alice }, { by: bob }] }]);
  });

  test('is recorded with who, when and what they saw, and never with the token', async () => {
    const { say, runtime, journal } = await setUp();
    runtime.advance(40);
    const answer = await say(alice, 'approve');
    const entries = await journal.read('incident');
    expect(entries).toMatchObject([
      {
        kind: 'approval-answered',
        executionArn,
        detail: { decision: 'approve', by: alice, answeredAt: at(40), facts: asked.facts },
      },
    ]);
    expect(JSON.stringify([entries, answer])).not.toContain('token-1');
  });

  test('of two people in the same instant counts both', async () => {
    const { say, outcome } = await setUp();
    const answers = await Promise.all([say(alice, 'approve'), say(bob, 'approve')]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(outcome.heard).toHaveLength(1);
    expect(outcome.heard[0]?.answers).toHaveLength(2);
  });

  test('reaches the machine that has gone on to its next round meanwhile', async () => {
    const { say, outcome, approvals } = await setUp({ approversNeeded: 1 });
    outcome.token = 'token-2';
    // The next round's token is written between the answer's write and its delivery.
    const deliver = outcome.deliver.bind(outcome);
    outcome.deliver = async (request) => {
      outcome.deliver = deliver;
      await approvals.change(execution, (before) => before && { ...before, round: 2, taskToken: 'token-2' });
      return deliver(request);
    };
    expect(await say(alice, 'approve')).toMatchObject({ status: 200, outcome: 'decided' });
    expect(outcome.heard).toMatchObject([{ decided: 'approved', taskToken: 'token-2' }]);
  });

  test('that nobody waits for any more is told so', async () => {
    const { say, outcome, journal } = await setUp({ approversNeeded: 1 });
    outcome.token = undefined;
    expect(await say(alice, 'approve')).toMatchObject({ status: 409, outcome: 'late' });
    expect(await journal.read('incident')).toHaveLength(1);
  });

  test('after the question expired is refused', async () => {
    const { say, runtime, outcome } = await setUp({ approversNeeded: 1 });
    runtime.advance(1800);
    expect(await say(alice, 'approve')).toMatchObject({ status: 409, outcome: 'late' });
    expect(outcome.heard).toEqual([]);
  });

  test('of an execution whose epoch has passed is refused', async () => {
    const { say, outcome, authority, runtime } = await setUp({ approversNeeded: 1 });
    runtime.advance(70);
    const claim = {
      region: 'eu-west-1',
      observedEpoch: 1,
      executionArn: 'arn:another',
      incidentId: 'incident',
      leaseSeconds: 60,
    };
    await authority.claim({ ...claim, nowMs: runtime.nowMs() });
    expect(await say(alice, 'approve')).toMatchObject({ status: 409, outcome: 'stale' });
    expect(outcome.heard).toEqual([]);
  });

  test('of an execution that nobody asks about is refused', async () => {
    const { say } = await setUp('nobody asked');
    expect(await say(alice, 'approve')).toMatchObject({ status: 404, outcome: 'unknown' });
    expect(await say(alice, 'approve', 'failover-epoch-1')).toMatchObject({ status: 404 });
  });
});

describe('a rejection', () => {
  test('ends it alone, and an approval afterwards is told so', async () => {
    const { say, outcome } = await setUp();
    expect(await say(alice, 'reject')).toMatchObject({ status: 200, outcome: 'decided' });
    expect(outcome.heard).toMatchObject([{ decided: 'rejected' }]);
    expect(await say(bob, 'approve')).toMatchObject({ status: 409, outcome: 'closed' });
  });

  test('takes an approval of the same person back', async () => {
    const { say, outcome } = await setUp();
    await say(alice, 'approve');
    expect(await say(alice, 'reject')).toMatchObject({ outcome: 'decided' });
    expect(outcome.heard).toMatchObject([{ decided: 'rejected', answers: [{ by: alice, decision: 'reject' }] }]);
  });
});

describe('an abort', () => {
  test('ends a failover that waits for approval at once, and is recorded', async () => {
    const { say, outcome, lock, journal } = await setUp();
    expect(await say(alice, 'abort')).toMatchObject({ status: 200, outcome: 'abort-requested' });
    expect(outcome.heard).toMatchObject([{ decided: 'aborted' }]);
    expect(await lock.commit(executionArn, startMs)).toEqual({ outcome: 'aborted', by: alice });
    expect(await journal.read('incident')).toMatchObject([
      { kind: 'abort-requested', detail: { by: alice, accepted: true } },
    ]);
    expect(await say(bob, 'approve')).toMatchObject({ status: 409, outcome: 'closed' });
  });

  test('is heard by a failover that asks nobody', async () => {
    const { say, lock } = await setUp('nobody asked');
    expect(await say(alice, 'abort')).toMatchObject({ status: 200, outcome: 'abort-requested' });
    expect(await lock.commit(executionArn, startMs)).toMatchObject({ outcome: 'aborted' });
  });

  test('after the point of no return is too late, and says what to do', async () => {
    const { say, lock } = await setUp('nobody asked');
    await lock.commit(executionArn, startMs);
    const answer = await say(alice, 'abort');
    expect(answer).toMatchObject({ status: 409, outcome: 'too-late-to-abort' });
    expect(answer.message).toContain('too late: the epoch is claimed');
  });

  test('of what does not run finds nothing', async () => {
    const { say } = await setUp();
    expect(await say(alice, 'abort', 'failover-epoch-1')).toMatchObject({ status: 404, outcome: 'unknown' });
  });
});

test.each([
  ['another method', 'GET', ''],
  ['no JSON', 'POST', 'approve'],
  ['an action that there is not', 'POST', '{"action": "start", "execution": "failover-epoch-2"}'],
  ['an identity in the body', 'POST', `{"action": "approve", "execution": "failover-epoch-2", "by": "${bob}"}`],
])('%s is not understood', async (_what, method, body) => {
  const { send, outcome } = await setUp({ approversNeeded: 1 });
  expect(await send(alice, body, method)).toMatchObject({ status: 400, outcome: 'not-understood' });
  expect(outcome.heard).toEqual([]);
});

test('a body in base64 is read as well', async () => {
  const { send } = await setUp();
  const body = Buffer.from(JSON.stringify({ action: 'approve', execution })).toString('base64');
  expect(await send(alice, body, 'POST', true)).toMatchObject({ status: 200 });
});
