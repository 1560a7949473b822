import { createHash, createHmac } from 'node:crypto';

export interface PresignedRequest {
  readonly url: URL;
  readonly method: string;
  /** Headers that the caller sends, lower case; those that are signed have to be among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly secretAccessKey: string;
}

/**
 * The signature that a presigned URL has to carry (Signature Version 4 by query parameters:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 */
export function presignedSignature(request: PresignedRequest): string {
  const { url, headers } = request;
  const parameter = (name: string): string => url.searchParams.get(name) ?? '';
  const [, date = '', region = '', service = '', terminator = ''] = parameter('X-Amz-Credential').split('/');
  const signedHeaders = parameter('X-Amz-SignedHeaders');
  const canonical = [
    request.method,
    url.pathname,
    canonicalQuery(url.searchParams),
    ...signedHeaders.split(';').map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    signedHeaders,
    sha256(''),
  ].join('\n');
  const scope = [date, region, service, terminator].join('/');
  const toSign = ['AWS4-HMAC-SHA256', parameter('X-Amz-Date'), scope, sha256(canonical)].join('\n');
  let key: string | Buffer = `AWS4${request.secretAccessKey}`;
  for (const part of [date, region, service, terminator]) key = createHmac('sha256', key).update(part).digest();
  return createHmac('sha256', key).update(toSign).digest('hex');
}

function canonicalQuery(parameters: URLSearchParams): string {
  return [...parameters]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function encode(text: string): string {
  return encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
