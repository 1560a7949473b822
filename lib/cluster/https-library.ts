import {
  type PromiseHttpLibrary,
  type RequestContext,
  ResponseContext,
} from '@kubernetes/client-node/dist/gen/index.js';
import { apiServerError } from './api-server-error.ts';
import type { HttpsExchange } from './https-exchange.ts';

/**
 * HTTP library of the Kubernetes client over node:https. The client's own library can't be given a certificate
 * authority without a dispatcher of exactly its undici version, and has no time-out for a whole request.
 * A refusal is thrown here as ApiServerError: the client's own exception carries the whole body and all headers into logs.
 */
export function httpsLibrary(exchange: HttpsExchange): PromiseHttpLibrary {
  return { send: (context) => send(context, exchange) };
}

async function send(context: RequestContext, exchange: HttpsExchange): Promise<ResponseContext> {
  const body = context.getBody();
  if (body !== undefined && typeof body !== 'string') throw new TypeError('only text bodies are sent to an API server');
  const request = {
    method: context.getHttpMethod(),
    url: context.getUrl(),
    headers: context.getHeaders(),
    body,
    signal: context.getSignal(),
  };
  const { status, headers, content } = await exchange(request);
  if (status >= 300) throw apiServerError(request, { status, text: content.toString('utf8') });
  return new ResponseContext(
    status,
    { ...headers },
    { text: async () => content.toString('utf8'), binary: async () => content, stream: () => null },
  );
}
