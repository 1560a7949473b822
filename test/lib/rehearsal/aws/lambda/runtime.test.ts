import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { bundleFixtures } from './bundled-fixtures.ts';
import { region, smallWorld, startMs } from './small-world.ts';

const { 'runtime-calls': folder } = bundleFixtures('runtime-calls');

let world: ReturnType<typeof smallWorld>;
let run: (what: string, event?: object) => Promise<unknown>;

beforeEach(() => {
  world = smallWorld();
  const layer = mkdtempSync(join(tmpdir(), 'layer-'));
  writeFileSync(join(layer, 'plan.json'), '{"estate":"bank"}');
  const Content = { S3Bucket: 'b', S3Key: 'l.zip' };
  const { ref } = world.create('AWS::Lambda::LayerVersion', { Content, LayerName: 'plan' }, layer);
  const Environment = { Variables: { OWN: 'value' } };
  const arn = world.addFunction({
    folder,
    Timeout: 60,
    MemorySize: 256,
    Architectures: ['arm64'],
    Layers: [ref],
    Environment,
  });
  run = (what, event = {}) => world.run(arn, { do: what, ...event });
});

describe('time', () => {
  test('is the world’s, in clocks, timers and performance', async () => {
    const result = (await run('time')) as { before: { now: number; text: string; hour: number; performance: number } };
    expect(result).toMatchObject({ laterMs: 1500, performanceMs: 1500, isDate: true, call: 'string' });
    expect(result.before.now).toBeGreaterThan(startMs);
    expect(result.before.now).toBeLessThan(startMs + 2000);
    expect(result.before.text).toBe(new Date(result.before.now).toISOString());
    expect(result.before.hour).toBe(9);
  });

  test('is UTC, whatever zone the machine is in', async () => {
    expect(await run('time')).toMatchObject({ local: '2026-01-02T00:00:00.000Z' });
  });

  test('formats of now are of the virtual now', async () => {
    expect(await run('format')).toBe('05/01/2026');
  });

  test('timers, immediates, microtasks and ticks come in order, and cleared timers never', async () => {
    expect(await run('timers')).toEqual(['microtask', 'tick', 'immediate', 'interval ', 'interval ']);
  });

  test('AbortSignal.timeout is on the virtual clock', async () => {
    expect(await run('abort')).toMatchObject({ name: 'AbortError', tookMs: 200, isError: true });
  });
});

describe('randomness', () => {
  test('comes from the seed', async () => {
    const first = await run('random');
    const other = smallWorld(2);
    const same = smallWorld(1);
    const event = { do: 'random' };
    expect(await same.run(same.addFunction({ folder, Timeout: 60 }), event)).toEqual(first);
    expect(await other.run(other.addFunction({ folder, Timeout: 60 }), event)).not.toEqual(first);
  });
});

describe('surroundings', () => {
  test('the environment is the function’s own', async () => {
    expect(await run('environment')).toEqual({
      own: 'value',
      region: 'eu-west-1',
      platform: 'linux',
      arch: 'arm64',
      version: expect.stringMatching(/^v24\./),
      cwd: '/var/task',
      host: '169.254.0.1',
      mib: 256,
    });
  });

  test('the context says name, memory and the time that is left', async () => {
    expect(await run('context')).toEqual({ name: 'app', memory: '256', remainingMs: 60_000 });
  });

  test('of the file system only the asset and the layers are there', async () => {
    expect(await run('files')).toMatchObject({
      plan: { estate: 'bank' },
      again: 17,
      exists: false,
      missing: { code: 'ENOENT', isError: true },
    });
  });

  test('what computes only is Node’s own', async () => {
    expect(await run('hash')).toBe('ba7816bf');
    expect(await run('compress')).toBe('text');
    expect(await run('clone')).toMatchObject({ value: true });
    expect(await run('require')).toMatchObject({ value: 'b' });
  });

  test.each([
    ['socket', 'not simulated: node:net connect'],
    ['subtle', 'not simulated: crypto.subtle.digest'],
    ['compressLater', 'not simulated: node:zlib gzip'],
  ])('%s throws by name on use', async (what, message) => {
    expect(await run(what)).toMatchObject({ message });
  });

  test('lines that it writes are collected', async () => {
    await run('log');
    expect(world.logs).toEqual([{ process: 'lambda:app@eu-west-1#1', text: 'a line { x: 1 }' }]);
  });
});

describe('HTTP', () => {
  const url = 'https://probe.example/health?deep=1';
  beforeEach(() => {
    world.internet.registerHost('probe.example', {
      region,
      handle: ({ method, body }, respond) =>
        respond({
          status: method === 'GET' ? 200 : 204,
          headers: { 'Content-Type': 'text/x' },
          body: method === 'GET' ? `hi ${body ?? ''}` : '',
        }),
    });
    world.internet.registerHost('moved.example', {
      region,
      handle: (_request, respond) => respond({ status: 302, headers: { location: 'https://x' }, body: '' }),
    });
    world.internet.silent.add('dark.example');
  });

  test('fetch gets status, headers and text from the world’s host', async () => {
    expect(await run('fetch', { url })).toMatchObject({ value: { status: 200, text: 'hi ', type: 'text/x' } });
    expect(world.internet.requests[0]).toMatchObject({
      from: 'lambda:app@eu-west-1#1',
      fromRegion: region,
      method: 'GET',
      url,
    });
  });

  test('fetch sends a body', async () => {
    expect(await run('post', { url })).toMatchObject({ value: 204 });
    expect(world.internet.requests[0]).toMatchObject({ method: 'POST', body: 'hello' });
  });

  test('fetch of a name that does not exist fails as in Node', async () => {
    expect(await run('fetch', { url: 'https://gone.example/' })).toMatchObject({
      name: 'TypeError',
      message: 'fetch failed',
      cause: 'ENOTFOUND',
      isError: true,
    });
  });

  test('fetch to a dark host ends by the caller’s own signal', async () => {
    expect(await run('fetchWithLimit', { url: 'https://dark.example/' })).toMatchObject({
      name: 'TimeoutError',
      tookMs: 700,
    });
  });

  test('a redirect is refused by name', async () => {
    expect(await run('fetch', { url: 'https://moved.example/' })).toMatchObject({
      message: expect.stringContaining('not simulated'),
    });
  });

  test('https.request sends headers and body and reads the answer', async () => {
    expect(await run('https', { url })).toMatchObject({ value: { status: 200, type: 'text/x', body: 'hi ' } });
    expect(world.internet.requests[0]?.headers).toMatchObject({ accept: 'x', host: 'probe.example' });
    await run('httpsPut', { url });
    expect(world.internet.requests[1]).toMatchObject({ method: 'PUT', body: '{"a":1}' });
  });

  test('https.request fails, times out and aborts as in Node', async () => {
    expect(await run('https', { url: 'https://gone.example/' })).toMatchObject({ code: 'ENOTFOUND', isError: true });
    const dark = { url: 'https://dark.example/' };
    expect(await run('httpsWithLimit', dark)).toMatchObject({ message: 'took too long', tookMs: 800 });
    expect(await run('httpsAborted', dark)).toMatchObject({ name: 'AbortError', tookMs: 300 });
  });
});

describe('DNS', () => {
  beforeEach(() => {
    const records = {
      'NS bank.example': 'ns-1.example',
      'A bank.example': '192.0.2.7',
      'TXT bank.example': 'epoch=1',
      'CNAME bank.example': 'lb.example',
    };
    for (const [key, value] of Object.entries(records))
      world.internet.records.set(key, { values: [value], ttlSeconds: 60 });
    world.internet.silent.add('dark.example');
  });

  test('answers come from the world’s names', async () => {
    expect(await run('dns', { name: 'bank.example' })).toMatchObject({
      value: { ns: ['ns-1.example'], a: ['192.0.2.7'], txt: [['epoch=1']], cname: ['lb.example'] },
    });
    expect(await run('lookup', { name: 'bank.example' })).toMatchObject({ value: '192.0.2.7' });
  });

  test('a resolver with servers asks those', async () => {
    await run('dnsAt', { name: 'bank.example', server: '198.51.100.1' });
    expect(world.internet.queries[0]).toMatchObject({ server: '198.51.100.1', type: 'CNAME', fromRegion: region });
  });

  test('a name that does not exist, a server that is silent and a cancelled query fail as in Node', async () => {
    expect(await run('dns', { name: 'gone.example' })).toMatchObject({
      code: 'ENOTFOUND',
      message: 'queryNs ENOTFOUND gone.example',
      isError: true,
    });
    expect(await run('lookup', { name: 'gone.example' })).toMatchObject({ code: 'ENOTFOUND' });
    expect(await run('dns', { name: 'dark.example' })).toMatchObject({ code: 'ETIMEOUT', tookMs: 3000 });
    expect(await run('dnsCancelled', { name: 'dark.example' })).toMatchObject({ code: 'ECANCELLED', tookMs: 100 });
  });
});
