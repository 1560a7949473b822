import { expect, test } from '@jest/globals';
import { requestApproval } from '../../../lambdas/request-approval/request-approval.ts';
import { IncidentAbortedError } from '../../../lambdas/shared/errors.ts';
import type { Notice } from '../../../lambdas/shared/notice.ts';
import { ApprovalStore } from '../../../lib/authority/approval-store.ts';
import { noExecution } from '../../../lib/evidence/journal.ts';
import { at, failoverWorld, startMs } from '../shared/failover-world.ts';
import { sampleApplication } from '../shared/sample-plan.ts';
import { WaitingMachine } from '../shared/waiting-machine.ts';

const executionArn = 'arn:aws:states:eu-west-1:1:execution:shop-failover:failover-epoch-2';
const execution = 'failover-epoch-2';
const input = {
  executionArn,
  incidentId: 'incident',
  observedEpoch: 1,
  round: 1,
  nodeScalingError: 'none',
  taskToken: 'token-1',
  approval: {
    required: true,
    reasons: ['The plan asks for approval of every failover.'],
    approversNeeded: 2,
    remindAfterSeconds: 300,
    escalateAfterSeconds: 600,
    expireAfterSeconds: 1800,
  },
};

async function setUp() {
  const replicated = { name: 'orders-db', kind: 'external' as const, replication: { by: 'aurora', lagSeconds: 5 } };
  const world = await failoverWorld({
    applications: [sampleApplication('web'), sampleApplication('orders', { dataStores: [replicated] })],
  });
  const told: Notice[] = [];
  const escalated: Notice[] = [];
  await world.lock.acquire({ executionArn, incidentId: 'incident', nowMs: startMs });
  return {
    ...world,
    told,
    escalated,
    approvalUrl: 'https://url.example/',
    approvals: new ApprovalStore({ client: world.tables.client, tableName: 'coordination' }),
    outcome: new WaitingMachine(),
    operators: { tell: async (page: Notice) => void told.push(page) },
    escalation: { tell: async (page: Notice) => void escalated.push(page) },
  };
}

test('asks with the facts, the commands that answer, and without the token', async () => {
  const world = await setUp();
  const confirmed = { quorum: 2, heldSince: at(0), signals: ['probe-standby', 'probe-witness'] };
  await world.journal.append({
    incidentId: 'incident',
    kind: 'incident-confirmed',
    executionArn: noExecution,
    detail: confirmed,
  });
  const nodeGroups = [
    { cluster: 'main', nodeGroup: 'general', fromSize: 2, toSize: 9 },
    { cluster: 'main', nodeGroup: 'warm', fromSize: 4, toSize: 4 },
  ];
  await world.journal.append({
    incidentId: 'incident',
    kind: 'nodes-scaling-started',
    executionArn,
    detail: { nodeGroups },
  });
  for (const status of ['open', 'closed'] as const) {
    const issue = { eventArn: 'arn:issue', service: 'EC2', eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE', status };
    await world.journal.append({
      incidentId: 'incident',
      kind: 'aws-health-noted',
      executionArn: noExecution,
      subject: status,
      detail: { ...issue, startedAt: at(-60), ...(status === 'closed' && { endedAt: at(-5) }), updatedAt: at(-5) },
    });
  }
  await world.journal.append({
    incidentId: 'incident',
    kind: 'aws-health-noted',
    executionArn: noExecution,
    subject: 'without an end',
    detail: {
      eventArn: 'arn:other',
      service: 'RDS',
      eventTypeCode: 'AWS_RDS_OPERATIONAL_ISSUE',
      status: 'closed',
      startedAt: at(-60),
      updatedAt: at(-5),
    },
  });
  expect(await requestApproval(input, world)).toEqual({ open: true });
  expect(world.told).toHaveLength(1);
  const [page] = world.told;
  expect(page).toMatchObject({ severity: 'page', subject: 'Lifeboat shop: approve the failover to eu-west-1?' });
  expect(page?.facts).toEqual(
    expect.arrayContaining([
      'Asked because: The plan asks for approval of every failover.',
      `Signals: probe-standby, probe-witness unhealthy since ${at(0)} (quorum 2)`,
      `AWS Health (counts for nothing): EC2, AWS_EC2_OPERATIONAL_ISSUE, closed at ${at(-5)}`,
      'AWS Health (counts for nothing): RDS, AWS_RDS_OPERATIONAL_ISSUE, closed',
      `Lease: eu-central-1 may act until ${at(60)} (epoch 1)`,
      'Capacity: main/general had 2 of the 9 nodes needed; they are being added',
      'Capacity: main/warm is set to the 4 nodes needed',
      'web: has no data to lose',
      'orders: orders-db may lose up to 5 s by plan (not measured), RPO 60 s',
      'Approve: npx lifeboat approve --url https://url.example/ --execution failover-epoch-2',
      'Abort:   npx lifeboat abort --url https://url.example/ --execution failover-epoch-2',
    ]),
  );
  expect(page?.links).toMatchObject({
    execution: `https://eu-west-1.console.aws.amazon.com/states/home?region=eu-west-1#/v2/executions/details/${executionArn}`,
    runbook: 'docs/runbook.md#approve-the-failover-to-region',
  });
  expect(page?.detail).toMatchObject({ url: 'https://url.example/', execution, expiresAt: at(1800) });
  expect(JSON.stringify([page, await world.journal.read('incident')])).not.toContain('token-1');
});

test('reminds, then asks others too, and keeps answers and the end as they were', async () => {
  const world = await setUp();
  await requestApproval(input, world);
  const answers = [{ by: 'arn:alice', at: at(10), decision: 'approve' as const }];
  await world.approvals.change(execution, (before) => before && { ...before, answers });
  world.runtime.advance(300);
  await requestApproval({ ...input, round: 2, taskToken: 'token-2' }, world);
  expect(world.escalated).toEqual([]);
  world.runtime.advance(300);
  await requestApproval({ ...input, round: 3, taskToken: 'token-3' }, world);
  expect(world.told.map(({ subject }) => subject.split(':')[0])).toEqual(['Lifeboat shop', 'REMINDER', 'ESCALATED']);
  expect(world.escalated).toMatchObject([{ detail: { round: 3, agreed: ['arn:alice'], expiresAt: at(1800) } }]);
  expect(await world.approvals.read(execution)).toMatchObject({ taskToken: 'token-3', answers });
});

test('pages once however often a round is tried', async () => {
  const world = await setUp();
  await requestApproval(input, world);
  await requestApproval({ ...input, taskToken: 'token-1b' }, world);
  expect(world.told).toHaveLength(1);
  expect(await world.approvals.read(execution)).toMatchObject({ taskToken: 'token-1b' });
});

test('what was decided while a round ended is delivered under the next token, and nobody is asked again', async () => {
  const world = await setUp();
  await requestApproval(input, world);
  await world.approvals.change(execution, (before) => before && { ...before, decided: 'approved' });
  world.outcome.token = 'token-2';
  expect(await requestApproval({ ...input, round: 2, taskToken: 'token-2' }, world)).toEqual({ open: false });
  expect(world.outcome.heard).toMatchObject([{ decided: 'approved', taskToken: 'token-2' }]);
  expect(world.told).toHaveLength(1);
});

test('an abort that came before the question is heard', async () => {
  const world = await setUp();
  await world.lock.requestAbort(executionArn, 'arn:alice');
  const failure = requestApproval(input, world);
  await expect(failure).rejects.toBeInstanceOf(IncidentAbortedError);
  expect(world.told).toEqual([]);
});

test('says since when: the first signal, or the first question where there was none', async () => {
  const world = await setUp();
  await requestApproval(input, world);
  world.runtime.advance(300);
  await requestApproval({ ...input, round: 2, taskToken: 'token-2' }, world);
  await world.journal.append({
    incidentId: 'incident',
    kind: 'incident-opened',
    executionArn: noExecution,
    detail: { region: 'eu-central-1', openedAt: at(-70), signals: ['probe-standby'] },
  });
  await requestApproval({ ...input, round: 3, taskToken: 'token-3' }, world);
  expect(world.told.map(({ since }) => since)).toEqual([at(0), at(0), at(-70)]);
  expect(world.told.map((notice) => notice.at)).toEqual([at(0), at(300), at(300)]);
});
