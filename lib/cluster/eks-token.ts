import { Buffer } from 'node:buffer';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, ChecksumConstructor, HashConstructor, Provider } from '@smithy/types';

export interface EksTokenOptions {
  readonly clusterName: string;
  readonly region: string;
  readonly credentials: Provider<AwsCredentialIdentity>;
  readonly sha256: ChecksumConstructor | HashConstructor;
  readonly nowMs: () => number;
}

/**
 * How long a token is used. EKS accepts one for 15 minutes after signing
 * (https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster); a third is left
 * for the call itself and for clocks that differ.
 */
const reuseMs = 10 * 60_000;
/** Of the presigned URL, as `aws eks get-token` sets it. */
const expiresInSeconds = 60;

/**
 * Bearer tokens for an EKS cluster: `k8s-aws-v1.` and the base64url of a presigned GetCallerIdentity URL of the
 * regional STS endpoint that carries the cluster's name in the signed header x-k8s-aws-id.
 */
export function eksToken(options: EksTokenOptions): () => Promise<string> {
  let token: { readonly value: string; readonly signedAtMs: number } | undefined;
  return async () => {
    const nowMs = options.nowMs();
    if (token === undefined || nowMs - token.signedAtMs >= reuseMs) {
      token = { value: await sign(options, nowMs), signedAtMs: nowMs };
    }
    return token.value;
  };
}

async function sign(options: EksTokenOptions, nowMs: number): Promise<string> {
  const { clusterName, region, credentials, sha256 } = options;
  const hostname = `sts.${region}.amazonaws.com`;
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256 });
  const request = {
    protocol: 'https:',
    hostname,
    method: 'GET',
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, 'x-k8s-aws-id': clusterName },
  };
  const signed = await signer.presign(request, { expiresIn: expiresInSeconds, signingDate: new Date(nowMs) });
  const query = new URLSearchParams(signed.query as Record<string, string>);
  const url = `https://${hostname}/?${query}`;
  return `k8s-aws-v1.${Buffer.from(url).toString('base64url')}`;
}
