import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { registerAbort } from '../../bin/commands/abort.ts';
import { registerApprove } from '../../bin/commands/approve.ts';
import { registerFailover } from '../../bin/commands/failover.ts';
import { runVerb } from './run-verb.ts';

const execution = 'failover-epoch-2-shop';
const machine = 'arn:aws:states:eu-west-1:111122223333:stateMachine:shop-failover';
const kept = { ...process.env };

interface Asked {
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

let server: Server;
let asked: Asked[];
let answer: { status: number; headers?: Record<string, string>; body: object };
let url: string;

beforeEach(async () => {
  asked = [];
  answer = { status: 200, body: { outcome: 'recorded', message: 'recorded; 1 of 2 different people have agreed' } };
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ headers: request.headers, body });
      response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers });
      response.end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  Object.assign(process.env, {
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'secret',
    AWS_ENDPOINT_URL_SFN: url,
  });
});

afterEach(() => {
  process.env = { ...kept };
  server.close();
});

const order = (...more: string[]) => ['--url', url, '--region', 'eu-west-1', '--execution', execution, ...more];

describe('lifeboat approve and abort', () => {
  test('send what was decided, signed for the function URL of its region', async () => {
    const ended = await runVerb(registerApprove, ['approve', ...order()]);
    expect(ended).toEqual({ stdout: 'recorded; 1 of 2 different people have agreed\n', stderr: '', exitCode: 0 });
    expect(JSON.parse(asked[0]?.body ?? '')).toEqual({ action: 'approve', execution });
    expect(asked[0]?.headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/lambda\/aws4_request, /,
    );
    await runVerb(registerApprove, ['approve', ...order('--reject')]);
    await runVerb(registerAbort, ['abort', ...order()]);
    expect(asked.map(({ body }) => JSON.parse(body).action)).toEqual(['approve', 'reject', 'abort']);
  });

  test('say why not with exit code 1, for scripts as JSON', async () => {
    answer = { status: 409, body: { outcome: 'too-late-to-abort', message: 'too late: the epoch is claimed' } };
    expect(await runVerb(registerAbort, ['abort', ...order()])).toMatchObject({
      stdout: '',
      stderr: 'lifeboat: too late: the epoch is claimed\n',
      exitCode: 1,
    });
    const { stdout, exitCode } = await runVerb(registerAbort, ['abort', ...order('--json')]);
    expect(JSON.parse(stdout)).toEqual({
      action: 'abort',
      status: 409,
      outcome: 'too-late-to-abort',
      message: 'too late: the epoch is claimed',
    });
    expect(exitCode).toBe(1);
  });

  test('name the policy to somebody whom AWS refuses', async () => {
    answer = { status: 403, body: { Message: 'Forbidden.' } };
    const { stderr, exitCode } = await runVerb(registerApprove, ['approve', ...order()]);
    expect(stderr).toContain('you may not: Forbidden.');
    expect(stderr).toContain('<estate>-operators-<region>');
    expect(exitCode).toBe(1);
  });

  test.each([
    ['plain text', ['--url', 'http://a.example/'], 'must be https'],
    ['what is no URL', ['--url', 'a'], 'is no URL'],
    ['a URL of no region', ['--url', 'https://a.example/'], '--region'],
    ['no URL', [], "'--url <url>' not specified"],
  ])('refuse %s as bad usage', async (_what, args, message) => {
    const ended = await runVerb(registerApprove, ['approve', ...args, '--execution', execution]);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
    expect(ended.stderr).toContain(message);
    expect(asked).toEqual([]);
  });

  test('say what to do without credentials', async () => {
    for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
    Object.assign(process.env, { AWS_EC2_METADATA_DISABLED: 'true', HOME: '/nowhere' });
    const ended = await runVerb(registerApprove, ['approve', ...order()]);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
    expect(ended.stderr).toContain('no AWS credentials');
    expect(asked).toEqual([]);
  }, 20_000);

  test('say that nobody answers', async () => {
    await new Promise((resolve) => server.close(resolve));
    const ended = await runVerb(registerAbort, ['abort', ...order()]);
    expect(ended.exitCode).toBe(2);
    expect(ended.stderr).toContain('does not answer');
  });
});

describe('lifeboat failover', () => {
  const start = ['failover', '--state-machine', machine, '--incident', 'shop-1', '--epoch', '1'];

  test('starts the state machine as an operator, under the name that the page has', async () => {
    answer = { status: 200, body: { executionArn: 'arn:execution', startDate: 1 } };
    const { stdout, exitCode } = await runVerb(registerFailover, [...start, '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ started: true, execution: 'arn:execution' });
    const sent = JSON.parse(asked[0]?.body ?? '');
    expect(sent).toMatchObject({ stateMachineArn: machine, name: 'operator-epoch-2-shop-1' });
    expect(JSON.parse(sent.input)).toEqual({ incidentId: 'shop-1', observedEpoch: 1, trigger: 'operator' });
  });

  test.each([
    ['ExecutionAlreadyExists', 'ran before'],
    ['AccessDeniedException', 'AccessDeniedException: not you'],
  ])('tells %s with exit code 1', async (type, message) => {
    answer = { status: 400, headers: { 'x-amzn-errortype': type }, body: { __type: type, message: 'not you' } };
    const ended = await runVerb(registerFailover, start);
    expect(ended).toMatchObject({ stdout: '', exitCode: 1 });
    expect(ended.stderr).toContain(message);
  });

  test.each([
    ['--epoch', 'one'],
    ['--state-machine', 'shop-failover'],
  ])('refuses %s %s as bad usage', async (option, value) => {
    const ended = await runVerb(registerFailover, [...start, option, value]);
    expect(ended).toMatchObject({ stdout: '', exitCode: 2 });
    expect(asked).toEqual([]);
  });
});
