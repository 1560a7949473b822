import type { HttpRequest, HttpResponse } from '../../network/internet.ts';
import type { UrlCaller } from './function-url-access.ts';
import type { InvocationResult } from './invocation.ts';

/**
 * Function URLs are HTTPS on port 443; a plain request, or one to another port, gets no HTTP answer.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/urls-configuration.html
 */
export function speaksTls(requestUrl: string): boolean {
  const { protocol, port } = new URL(requestUrl);
  return protocol === 'https:' && port === '';
}

/** The event of a function URL, payload format 2.0 (https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html). */
export function urlEvent(request: HttpRequest, requestId: string, nowMs: number, caller: UrlCaller): string {
  const url = new URL(request.url);
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const query = Object.fromEntries(url.searchParams);
  const domainPrefix = url.hostname.split('.')[0];
  return JSON.stringify({
    version: '2.0',
    routeKey: '$default',
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    headers: { host: url.host, ...headers },
    ...(url.search === '' ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: caller.identity === undefined ? 'anonymous' : caller.accountId,
      apiId: domainPrefix,
      ...(caller.identity === undefined ? {} : { authorizer: { iam: caller.identity } }),
      domainName: url.hostname,
      domainPrefix,
      http: {
        method: request.method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp: '192.0.2.1',
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey: '$default',
      stage: '$default',
      time: new Date(nowMs).toUTCString(),
      timeEpoch: Math.floor(nowMs),
    },
    ...(request.body === undefined ? {} : { body: request.body }),
    isBase64Encoded: false,
  });
}

/** A result with a statusCode is the answer; anything else is the body of a 200. An error of the function is a 502. */
export function urlResponse(result: InvocationResult): HttpResponse {
  if ('error' in result) return message(502, 'Internal Server Error');
  const value: unknown = JSON.parse(result.payload);
  const json = { 'content-type': 'application/json' };
  if (typeof value !== 'object' || value === null || !('statusCode' in value)) {
    return { status: 200, headers: json, body: result.payload };
  }
  const headers =
    'headers' in value && typeof value.headers === 'object' && value.headers !== null ? value.headers : {};
  const body = 'body' in value && typeof value.body === 'string' ? value.body : '';
  const isBase64 = 'isBase64Encoded' in value && value.isBase64Encoded === true;
  return {
    status: Number(value.statusCode),
    headers: {
      ...json,
      ...Object.fromEntries(Object.entries(headers).map(([name, one]) => [name.toLowerCase(), String(one)])),
    },
    body: isBase64 ? Buffer.from(body, 'base64').toString('utf8') : body,
  };
}

export function message(status: number, text: string): HttpResponse {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify({ Message: text }) };
}
