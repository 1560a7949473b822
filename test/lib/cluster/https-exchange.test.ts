import type { ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isTransientFailure } from '../../../lambdas/shared/transient-failure.ts';
import { httpsExchange } from '../../../lib/cluster/https-exchange.ts';
import { LoopbackServer } from './loopback-server.ts';

let server: LoopbackServer;
beforeEach(async () => {
  server = await LoopbackServer.start();
});
afterEach(() => server.stop());

function get(path: string, parts: { timeoutMs?: number; signal?: AbortSignal } = {}) {
  const exchange = httpsExchange({ ca: server.ca, timeoutMs: parts.timeoutMs ?? 5000 });
  return exchange({ method: 'GET', url: `${server.endpoint}${path}`, headers: {}, signal: parts.signal });
}

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('an HTTPS exchange', () => {
  test('gives status, headers and body of any answer, a failure too', async () => {
    server.script = (_, response) => {
      response.writeHead(418, { 'x-one': '1', 'set-cookie': ['a=1', 'b=2'] });
      response.end('short and stout');
      return undefined;
    };
    const answer = await get('/tea?milk=no');
    expect(answer).toMatchObject({ status: 418, headers: { 'x-one': '1', 'set-cookie': 'a=1, b=2' } });
    expect(answer.content.toString()).toBe('short and stout');
    expect(server.seen[0]).toMatchObject({ method: 'GET', url: '/tea?milk=no', body: '' });
    expect(server.seen[0]?.headers).not.toHaveProperty('content-length');
  });

  test('sends a body with its length in bytes', async () => {
    const exchange = httpsExchange({ ca: server.ca, timeoutMs: 5000 });
    await exchange({ method: 'POST', url: `${server.endpoint}/`, headers: { 'X-A': 'b' }, body: '{"ü":"€"}' });
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: '{"ü":"€"}' });
    expect(server.seen[0]?.headers).toMatchObject({ 'content-length': '12', 'x-a': 'b' });
  });

  test('puts an answer in pieces together, also one cut within a character', async () => {
    const euro = Buffer.from('€');
    server.script = (_, response) => {
      response.write(euro.subarray(0, 1));
      setTimeout(() => response.end(euro.subarray(1)), 20);
      return undefined;
    };
    expect((await get('/')).content.toString('utf8')).toBe('€');
  });

  describe('with a server that is too busy', () => {
    /** Answers so often with the status and its Retry-After, then with 200. */
    const busy = (times: number, status: number, retryAfter: string) => {
      server.script = (_, response) => {
        const refused = server.seen.length <= times;
        response.writeHead(refused ? status : 200, refused ? { 'retry-after': retryAfter } : {});
        response.end();
        return undefined;
      };
    };

    test.each([429, 500, 503])('comes back when the server says so after a %i', async (status) => {
      busy(2, status, '0');
      expect([(await get('/')).status, server.seen.length]).toEqual([200, 3]);
    });

    test('waits as long as the server says', async () => {
      busy(1, 429, '1');
      const startedMs = performance.now();
      expect((await get('/')).status).toBe(200);
      expect(performance.now() - startedMs).toBeGreaterThan(990);
    });

    test('gives the refusal after ten attempts', async () => {
      busy(99, 429, '0');
      expect([(await get('/')).status, server.seen.length]).toEqual([429, 10]);
    });

    test.each([
      ['that names no time', 429, ''],
      ['that names a time too far away', 503, '60'],
      ['that isn’t about being busy', 404, '0'],
    ])('takes an answer %s as it is', async (_which, status, retryAfter) => {
      busy(1, status, retryAfter);
      expect([(await get('/')).status, server.seen.length]).toEqual([status, 1]);
    });

    test('takes the first answer where that is what counts', async () => {
      busy(1, 503, '0');
      const exchange = httpsExchange({ ca: server.ca, timeoutMs: 5000 });
      const answer = await exchange({ method: 'GET', url: server.endpoint, headers: {}, once: true });
      expect([answer.status, server.seen.length]).toEqual([503, 1]);
    });

    test('stops waiting with its signal', async () => {
      busy(1, 429, '5');
      const controller = new AbortController();
      const asked = failure(get('/', { signal: controller.signal }));
      setTimeout(() => controller.abort(), 50);
      expect(await asked).toMatchObject({ name: 'AbortError' });
      expect(server.seen).toHaveLength(1);
    });
  });

  test('trusts the given authority and no other', async () => {
    const exchange = httpsExchange({ ca: '', timeoutMs: 5000 });
    const error = await failure(exchange({ method: 'GET', url: server.endpoint, headers: {} }));
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
    expect(isTransientFailure(error)).toBe(false);
    expect(server.seen).toEqual([]);
  });

  test('a server that is not there is a failure that may pass', async () => {
    const { endpoint } = server;
    await server.stop();
    const exchange = httpsExchange({ ca: server.ca, timeoutMs: 5000 });
    const error = await failure(exchange({ method: 'GET', url: endpoint, headers: {} }));
    expect(isTransientFailure(error)).toBe(true);
  });

  test('a connection that breaks within the answer is a failure that may pass', async () => {
    server.script = (_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('begun', () => response.destroy());
      return undefined;
    };
    const error = await failure(get('/'));
    expect(error).toMatchObject({ code: 'ECONNRESET' });
    expect(isTransientFailure(error)).toBe(true);
  });
});

describe('the time-out', () => {
  test('ends a request that nobody answers, with the host in its message', async () => {
    server.script = () => undefined;
    const error = await failure(get('/', { timeoutMs: 50 }));
    expect(error).toMatchObject({
      code: 'ETIMEDOUT',
      message: `no answer from ${new URL(server.endpoint).host} within 50 ms`,
    });
    expect(isTransientFailure(error)).toBe(true);
  });

  test('is of the whole answer: one that trickles in without end is cut off', async () => {
    let trickle: NodeJS.Timeout | undefined;
    server.script = (_, response) => {
      trickle = setInterval(() => response.write('.'), 10);
      return undefined;
    };
    try {
      expect(await failure(get('/', { timeoutMs: 150 }))).toMatchObject({ code: 'ETIMEDOUT' });
    } finally {
      clearInterval(trickle);
    }
  });
});

describe('a signal', () => {
  test('that has fired already keeps the request from being sent', async () => {
    const reason = new Error('no time left');
    expect(await failure(get('/', { signal: AbortSignal.abort(reason) }))).toBe(reason);
    expect(server.seen).toEqual([]);
  });

  test('ends a request under way with its reason', async () => {
    const controller = new AbortController();
    const reason = new Error('no time left');
    server.script = () => {
      setTimeout(() => controller.abort(reason), 10);
      return undefined;
    };
    expect(await failure(get('/', { signal: controller.signal }))).toBe(reason);
  });

  test('that fires after the answer changes nothing', async () => {
    const controller = new AbortController();
    const answer = await get('/', { signal: controller.signal });
    controller.abort();
    expect(answer.status).toBe(200);
  });
});

test('at most 32 requests are under way at once, and all are answered', async () => {
  const held: ServerResponse[] = [];
  server.script = (_, response) => {
    held.push(response);
    return undefined;
  };
  const exchange = httpsExchange({ ca: server.ca, timeoutMs: 5000 });
  const request = { method: 'GET', url: server.endpoint, headers: {} };
  const all = Promise.all(Array.from({ length: 40 }, () => exchange(request)));
  while (held.length < 32) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(held).toHaveLength(32);
  server.script = () => ({});
  for (const response of held) response.end();
  expect(await all).toHaveLength(40);
});
