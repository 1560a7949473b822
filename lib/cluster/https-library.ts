import { Buffer } from 'node:buffer';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import {
  type PromiseHttpLibrary,
  type RequestContext,
  ResponseContext,
} from '@kubernetes/client-node/dist/gen/index.js';

export interface HttpsLibraryOptions {
  /** Certificate authority of the API server, PEM. */
  readonly ca: string;
  /** For one request from its start to the last byte of the answer. */
  readonly timeoutMs: number;
}

/**
 * HTTP library of the Kubernetes client over node:https. The client's own library can't be given a certificate
 * authority without a dispatcher of exactly its undici version, and has no time-out for a whole request.
 */
export function httpsLibrary(options: HttpsLibraryOptions): PromiseHttpLibrary {
  return { send: (context) => send(context, options) };
}

function send(context: RequestContext, options: HttpsLibraryOptions): Promise<ResponseContext> {
  const body = context.getBody();
  if (body !== undefined && typeof body !== 'string') throw new TypeError('only text bodies are sent to an API server');
  const requestOptions: RequestOptions = {
    method: context.getHttpMethod(),
    headers: { ...context.getHeaders(), ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }) },
    ca: options.ca,
    timeout: options.timeoutMs,
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(context.getUrl(), requestOptions, (response) => {
      const chunks: Uint8Array[] = [];
      response.on('data', (chunk: Uint8Array) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const content = Buffer.concat(chunks);
        resolve(new ResponseContext(response.statusCode ?? 0, plainHeaders(response.headers), bodyOf(content)));
      });
    });
    const signal = context.getSignal();
    const abort = () => request.destroy(new DOMException('aborted', 'AbortError'));
    if (signal?.aborted === true) abort();
    signal?.addEventListener('abort', abort, { once: true });
    request.on('timeout', () => request.destroy(timeoutError(context.getUrl(), options.timeoutMs)));
    request.on('error', reject);
    request.end(body);
  });
}

function timeoutError(url: string, timeoutMs: number): Error {
  return Object.assign(new Error(`no answer from ${new URL(url).host} within ${timeoutMs} ms`), { code: 'ETIMEDOUT' });
}

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
}

function bodyOf(content: Buffer): ResponseContext['body'] {
  return {
    text: async () => content.toString('utf8'),
    binary: async () => content,
    stream: () => null,
  };
}
