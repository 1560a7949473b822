import { Buffer } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { setTimeout as setTimeoutPromise } from 'node:timers/promises';
import { concurrencyLimit } from './concurrency-limit.ts';

export interface HttpsExchangeOptions {
  /** Certificate authority of the server, PEM. */
  readonly ca: string;
  /** For one request from its start to the last byte of the answer; waiting for its turn doesn't count. */
  readonly timeoutMs: number;
}

export interface HttpsRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Its first answer counts, also one that asks to come back later. */
  readonly once?: boolean;
}

export interface HttpsAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly content: Buffer;
}

/**
 * Sends one request and gives the whole answer, whatever its status. Rejects with the error of node:https, with
 * `ETIMEDOUT` after the time-out, with the signal's reason when it aborts.
 */
export type HttpsExchange = (request: HttpsRequest) => Promise<HttpsAnswer>;

/**
 * Requests under way at once. A kube-apiserver (1.36.3, a service account, measured) answered 429 to nobody at 128
 * connections and to every second request at 400, and was no faster beyond 32.
 */
const requestsAtOnce = 32;

/** As client-go does it: so often at the most, for 429 and 5xx that name a time (k8s.io/client-go/rest/with_retry.go, request.go). */
const attempts = 10;
/** Who is to come back later than that gets the answer: the caller's time is short, and somebody above tries again. */
const longestWaitSeconds = 5;

export function httpsExchange(options: HttpsExchangeOptions): HttpsExchange {
  const limited = concurrencyLimit(requestsAtOnce);
  // A request keeps its place while it waits, so that a server that is too busy gets less to do.
  return (request) => limited(() => patiently(request, options));
}

/** An API server that is too busy says when to come back, and has done nothing of what was asked. */
async function patiently(request: HttpsRequest, options: HttpsExchangeOptions): Promise<HttpsAnswer> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await exchange(request, options);
    const waitSeconds = retryAfterSeconds(answer);
    if (waitSeconds === undefined || request.once === true || attempt === attempts) return answer;
    await setTimeoutPromise(waitSeconds * 1000, undefined, { signal: request.signal });
  }
}

/** Whole seconds of the header `Retry-After`; undefined where the answer is final. */
function retryAfterSeconds({ status, headers }: HttpsAnswer): number | undefined {
  if (status !== 429 && status < 500) return undefined;
  const seconds = Number.parseInt(headers['retry-after'] ?? '', 10);
  return seconds >= 0 && seconds <= longestWaitSeconds ? seconds : undefined;
}

function exchange(wanted: HttpsRequest, { ca, timeoutMs }: HttpsExchangeOptions): Promise<HttpsAnswer> {
  const { method, url, headers, body, signal } = wanted;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const request = httpsRequest(url, { method, headers: { ...headers, ...length }, ca }, (response) => {
      gather(response).then((answer) => {
        release();
        resolve(answer);
      }, giveUp);
    });
    const release = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    const giveUp = (error: unknown) => {
      release();
      reject(error);
      request.destroy();
    };
    const onAbort = () => giveUp(signal?.reason);
    // Not node's own `timeout`: that one is of an idle socket, and an answer that trickles in is never idle.
    const timer = setTimeout(() => giveUp(timeoutError(url, timeoutMs)), timeoutMs);
    signal?.addEventListener('abort', onAbort, { once: true });
    request.on('error', giveUp);
    request.end(body);
  });
}

function gather(response: IncomingMessage): Promise<HttpsAnswer> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () =>
      resolve({
        // Always there in an answer; the type is shared with requests that come in.
        status: Number(response.statusCode),
        headers: plainHeaders(response.headers),
        content: Buffer.concat(chunks),
      }),
    );
  });
}

function timeoutError(url: string, timeoutMs: number): Error {
  return Object.assign(new Error(`no answer from ${new URL(url).host} within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value = '']) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
}
