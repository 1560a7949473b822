import { createHash, createHmac } from 'node:crypto';
import type { HttpRequest } from '../../network/internet.ts';
import type { Credentials, Session, Sessions } from './sessions.ts';

/** A request that is signed so long before or after its arrival is refused. IAM User Guide, «Signature Version 4»: 5 minutes. */
const allowedSkewMs = 5 * 60_000;
const algorithm = 'AWS4-HMAC-SHA256';

export type Signer =
  | { readonly session: Session; readonly accessKeyId: string }
  /** Why the signature is refused, for people. */
  | { readonly refused: string };

/**
 * The headers of a request with a signature of version 4
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html). All given headers are signed.
 */
export function signedHeaders(
  request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>,
  scope: {
    readonly credentials: Credentials;
    readonly service: string;
    readonly region: string;
    readonly nowMs: number;
  },
): Record<string, string> {
  const { credentials, service, region, nowMs } = scope;
  const stamp = new Date(Math.floor(nowMs / 1000) * 1000).toISOString().replaceAll(/[-:]|\.\d{3}/g, '');
  const headers: Record<string, string> = {
    ...request.headers,
    host: new URL(request.url).host,
    'x-amz-date': stamp,
    'x-amz-security-token': credentials.sessionToken,
  };
  const names = Object.keys(headers).sort();
  const place = `${stamp.slice(0, 8)}/${region}/${service}/aws4_request`;
  const signature = signatureOf({ ...request, headers }, names, stamp, place, credentials.secretAccessKey);
  const authorization = `${algorithm} Credential=${credentials.accessKeyId}/${place}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return { ...headers, authorization };
}

/** Whose credentials signed the request, if they did so for this service and region and not long ago. */
export function signerOf(
  request: HttpRequest,
  place: { readonly sessions: Sessions; readonly service: string; readonly region: string; readonly nowMs: number },
): Signer {
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
  const parts = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/.exec(
    headers.authorization ?? '',
  );
  if (parts === null) return { refused: 'Missing Authentication Token' };
  const [, credential = '', signed = '', signature] = parts;
  const [accessKeyId = '', ...scope] = credential.split('/');
  const stamp = headers['x-amz-date'] ?? '';
  const expectedScope = [stamp.slice(0, 8), place.region, place.service, 'aws4_request'].join('/');
  if (scope.join('/') !== expectedScope) return { refused: `Credential should be scoped to ${expectedScope}` };
  if (Math.abs(place.nowMs - signedAtMs(stamp)) > allowedSkewMs) return { refused: 'Signature expired' };
  const names = signed.split(';');
  if (!names.includes('host')) return { refused: 'the host is not signed' };
  const session = place.sessions.find(accessKeyId);
  if (session === undefined || headers['x-amz-security-token'] !== session.credentials.sessionToken) {
    return { refused: 'The security token included in the request is invalid' };
  }
  const secret = session.credentials.secretAccessKey;
  const expected = signatureOf({ ...request, headers }, names, stamp, scope.join('/'), secret);
  if (signature !== expected) return { refused: 'The request signature does not match' };
  return { session, accessKeyId };
}

function signatureOf(
  request: Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'>,
  names: readonly string[],
  stamp: string,
  scope: string,
  secretAccessKey: string,
): string {
  const url = new URL(request.url);
  const query = [...url.searchParams].map(([name, value]) => `${encode(name)}=${encode(value)}`).sort();
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    sha256(request.body ?? ''),
  ].join('\n');
  const toSign = [algorithm, stamp, scope, sha256(canonical)].join('\n');
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of scope.split('/')) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function signedAtMs(stamp: string): number {
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(stamp);
  if (date === null) return Number.NEGATIVE_INFINITY;
  const [year = 0, month = 1, day, hour, minute, second] = date.slice(1).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
