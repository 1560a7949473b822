import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { registerStatus } from '../../bin/commands/status.ts';
import { SimulatedTables } from '../lambdas/shared/simulated-tables.ts';
import { active, EstateOfTables, plan, standby } from '../lib/status/estate-of-tables.ts';
import { runVerb } from './run-verb.ts';

const ask = ['status', '-f', 'examples/bank/lifeboat.yaml'];
const kept = { ...process.env };

let server: Server;
let estate: EstateOfTables;

/** DynamoDB of both regions at one address: the signature says which one is meant. */
beforeEach(async () => {
  estate = new EstateOfTables();
  server = createServer((request, response) => {
    void buffer(request).then(async (body) => {
      const region = /\/\d{8}\/([a-z0-9-]+)\/dynamodb\//.exec(request.headers.authorization ?? '')?.[1] ?? '';
      const headers = { 'x-amz-target': String(request.headers['x-amz-target']) };
      const answer = await estate.of(region).requestHandler.handle({ headers, body });
      response.writeHead(answer.response.statusCode, { 'content-type': 'application/x-amz-json-1.0' });
      response.end(answer.response.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_DYNAMODB: `http://127.0.0.1:${port}/`,
  });
});

afterEach(() => {
  process.env = { ...kept };
  server.close();
});

describe('lifeboat status', () => {
  test('ends with 0 for an estate that is well, in words and as one JSON document', async () => {
    await estate.live(Date.now());
    const words = await runVerb(registerStatus, ask);
    expect(words).toMatchObject({ stderr: '', exitCode: 0 });
    expect(words.stdout).toMatch(/^bank: all is well \(/);
    expect(words.stdout).toMatch(/\nactive: eu-central-1, epoch 1, serving, lease for .* more, last failover never\n/);
    expect(words.stdout).toMatch(/\ncaptures in eu-west-1 \(at most .* old\): platform .*, /);
    expect(words.stdout).toContain('\neu-west-1:\n  of eu-central-1: nothing heard; missing: ');
    const { stdout, exitCode } = await runVerb(registerStatus, [...ask, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, estate: 'bank', problems: [], authority: { epoch: 1 } });
  });

  test('ends with 1 and shows what is wrong, what runs and what was', async () => {
    const nowMs = Date.now();
    const ago = (seconds: number) => new Date(nowMs - seconds * 1000).toISOString();
    await estate.leased(nowMs - 3_600_000);
    const executionArn = 'arn:execution';
    const request = { requestedBy: executionArn, incidentId: 'bank-1', untilMs: nowMs + 60_000 };
    for (const authority of estate.authorities()) {
      await authority.requestYield({ region: standby, observedEpoch: 1, request });
    }
    await estate.signals(standby, active).observe({
      signal: 'probe-standby',
      state: 'unhealthy',
      observedAt: ago(10),
    });
    await estate.incidents(standby, active).open(ago(10));
    await estate.prewarmed(standby, ago(9));
    await estate.closed(active, ago(8));
    await estate.recorded(standby, { executionArn: 'arn:before', closedAt: ago(900), missed: ['ledger'] });
    await estate.lock(standby).acquire({ executionArn, incidentId: 'bank-1', nowMs });
    const { stdout, exitCode } = await runVerb(registerStatus, ask);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^bank: NOT well .*\n {2}problem: the lease of eu-central-1 ran out at /);
    for (const line of [
      'serving, no lease, last failover never',
      'asked to yield by arn:execution',
      'platform never',
      `probe-standby unhealthy since ${ago(10)}; missing: `,
      'quorum not met',
      'failover: arn:execution, can be aborted',
      `pre-warmed for bank-1 since ${ago(9)}`,
      `ingress closed since ${ago(8)}`,
      `last record: arn:before held at ${ago(900)}, WaveShortError; targets missed: ledger`,
    ]) {
      expect(stdout).toContain(line);
    }
    await estate.lock(standby).requestAbort(executionArn, 'arn:person');
    expect((await runVerb(registerStatus, ask)).stdout).toContain('arn:person has asked for its end');
  });

  test('says from when a failover can’t be aborted, and what an incident came to', async () => {
    const nowMs = Date.now();
    await estate.live(nowMs);
    const executionArn = 'arn:execution';
    await estate.lock(standby).acquire({ executionArn, incidentId: 'bank-1', nowMs });
    await estate.lock(standby).commit(executionArn, nowMs);
    const openedAt = new Date(nowMs).toISOString();
    const { incidentId } = await estate.incidents(standby, active).open(openedAt);
    await estate.incidents(standby, active).close(incidentId, 'held', openedAt);
    await estate.recorded(standby, { executionArn, closedAt: openedAt, missed: [] });
    const { stdout, exitCode } = await runVerb(registerStatus, ask);
    expect(exitCode).toBe(1);
    expect(stdout).toContain(`past the point of no return since ${openedAt}`);
    expect(stdout).toContain(`last incident: ${incidentId}, held`);
    expect(stdout).toContain('WaveShortError; every target met');
  });

  test('shows a region that does not answer, and no authority at all', async () => {
    estate.of(active).fail('Query', 'AccessDeniedException');
    const { stdout, exitCode } = await runVerb(registerStatus, ask);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('problem: no region has ever been active');
    expect(stdout).toContain('bank-operators-eu-central-1 lets people');
    expect(stdout).toContain('\neu-central-1: no answer\n');
    expect(stdout).not.toContain('\nactive:');
  });

  test('is no answer where the estate is not deployed, as a bad plan is', async () => {
    for (const region of [active, standby]) estate.regions.set(region, new SimulatedTables('other-'));
    const ended = await runVerb(registerStatus, [...ask, '--json']);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
    expect(ended.stderr).toContain(`table ${plan.estate}-authority in eu-west-1 isn't there`);
    expect((await runVerb(registerStatus, ['status', '-f', 'nowhere.yaml'])).exitCode).toBe(2);
  });

  test('says what to do without credentials', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' });
    const ended = await runVerb(registerStatus, ask);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
    expect(ended.stderr).toContain('no AWS credentials');
  }, 20_000);
});
