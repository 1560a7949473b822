import { presignedSignature } from './presigned-url.ts';
import type { Sessions } from './sessions.ts';

export interface EksTokenCheck {
  /** Without `Bearer `. */
  readonly token: string;
  /** The cluster that was asked: its name is the signed header `x-k8s-aws-id`, which the token itself doesn't hold. */
  readonly clusterName: string;
  readonly sessions: Sessions;
  readonly nowMs: number;
}

export type EksIdentity =
  /** ARN of the role whose credentials signed. */
  | { readonly principal: string }
  /** Why the token is refused, for people. */
  | { readonly refused: string };

const prefix = 'k8s-aws-v1.';
/** Presigned STS URLs are accepted for 15 minutes (aws-iam-authenticator, pkg/token/token.go, presignedURLExpiration). */
const acceptedMs = 15 * 60_000;
const longestExpiresSeconds = 900;

/**
 * Whom a Kubernetes bearer token of EKS stands for: `k8s-aws-v1.` and a presigned URL of STS GetCallerIdentity in
 * base64url, signed with the header `x-k8s-aws-id`. The checks are those of aws-iam-authenticator (pkg/token/token.go,
 * `Verify`) and of STS itself.
 */
export function authenticateEksToken({ token, clusterName, sessions, nowMs }: EksTokenCheck): EksIdentity {
  if (!token.startsWith(prefix)) return { refused: `token is missing the prefix ${prefix}` };
  const decoded = Buffer.from(token.slice(prefix.length), 'base64url').toString('utf8');
  if (!URL.canParse(decoded)) return { refused: 'token holds no URL' };
  const url = new URL(decoded);
  if (url.protocol !== 'https:' || !/^sts\.[a-z]{2}-[a-z]+-\d\.amazonaws\.com$/.test(url.hostname)) {
    return { refused: `${url.hostname} is not a regional STS endpoint` };
  }
  if (url.searchParams.get('Action') !== 'GetCallerIdentity')
    return { refused: 'the URL does not ask GetCallerIdentity' };
  const expired = expiry(url.searchParams, nowMs);
  if (expired !== undefined) return { refused: expired };
  const signed = (url.searchParams.get('X-Amz-SignedHeaders') ?? '').split(';');
  if (!signed.includes('x-k8s-aws-id')) return { refused: 'the header x-k8s-aws-id is not signed' };
  return signer(url, clusterName, sessions);
}

function signer(url: URL, clusterName: string, sessions: Sessions): EksIdentity {
  const [accessKeyId = '', , region] = (url.searchParams.get('X-Amz-Credential') ?? '').split('/');
  if (`sts.${region}.amazonaws.com` !== url.hostname) return { refused: `signed for region ${region}` };
  const session = sessions.find(accessKeyId);
  if (session === undefined) return { refused: 'the access key does not exist' };
  const { sessionToken, secretAccessKey } = session.credentials;
  if (url.searchParams.get('X-Amz-Security-Token') !== sessionToken) return { refused: 'the session token is invalid' };
  const request = `${clusterName} ${url.href}`;
  if (session.verified.has(request)) return { principal: session.principal };
  const headers = { host: url.host, 'x-k8s-aws-id': clusterName };
  const expected = presignedSignature({ url, method: 'GET', headers, secretAccessKey });
  if (url.searchParams.get('X-Amz-Signature') !== expected) {
    return { refused: `the signature does not match; is the token for cluster ${clusterName}?` };
  }
  session.verified.add(request);
  return { principal: session.principal };
}

function expiry(parameters: URLSearchParams, nowMs: number): string | undefined {
  const expiresSeconds = Number(parameters.get('X-Amz-Expires'));
  if (!(expiresSeconds > 0 && expiresSeconds <= longestExpiresSeconds)) return 'X-Amz-Expires is not within 1 and 900';
  const date = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(parameters.get('X-Amz-Date') ?? '');
  if (date === null) return 'X-Amz-Date is missing or malformed';
  const [year = 0, month = 1, day, hour, minute, second] = date.slice(1).map(Number);
  const signedMs = Date.UTC(year, month - 1, day, hour, minute, second);
  return nowMs > signedMs + acceptedMs ? 'the token has expired' : undefined;
}
