import { EKSClient } from '@aws-sdk/client-eks';
import { describe, expect, jest, test } from '@jest/globals';
import { eksToken } from '../../../lib/cluster/eks-token.ts';
import { presignedSignature } from '../../../lib/rehearsal/aws/sts/presigned-url.ts';

const credentials = { accessKeyId: 'AKID', secretAccessKey: 'secret', sessionToken: 'a+b/c==' };

function tokens(startMs = Date.parse('2026-03-01T12:00:00Z')) {
  const clock = { nowMs: startMs };
  const provider = jest.fn(async () => credentials);
  const token = eksToken({
    clusterName: 'shop-b',
    region: 'eu-west-1',
    credentials: provider,
    sha256: new EKSClient({ region: 'eu-west-1' }).config.sha256,
    nowMs: () => clock.nowMs,
  });
  return { clock, provider, token };
}

function urlOf(token: string): URL {
  return new URL(Buffer.from(token.replace('k8s-aws-v1.', ''), 'base64url').toString('utf8'));
}

describe('a token for an EKS cluster', () => {
  test('is the presigned identity call of the regional STS, in base64url without padding', async () => {
    const token = await tokens().token();
    expect(token).toMatch(/^k8s-aws-v1\.[A-Za-z0-9_-]+$/);
    const url = urlOf(token);
    expect(url.origin + url.pathname).toBe('https://sts.eu-west-1.amazonaws.com/');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      Action: 'GetCallerIdentity',
      Version: '2011-06-15',
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Credential': 'AKID/20260301/eu-west-1/sts/aws4_request',
      'X-Amz-Date': '20260301T120000Z',
      'X-Amz-Expires': '60',
      'X-Amz-Security-Token': 'a+b/c==',
      'X-Amz-Signature': expect.stringMatching(/^[0-9a-f]{64}$/),
      'X-Amz-SignedHeaders': 'host;x-k8s-aws-id',
    });
  });

  test("is signed over the cluster's name, so that it is worth nothing at another one", async () => {
    const url = urlOf(await tokens().token());
    const signature = (cluster: string) =>
      presignedSignature({
        url,
        method: 'GET',
        headers: { host: url.host, 'x-k8s-aws-id': cluster },
        secretAccessKey: credentials.secretAccessKey,
      });
    expect(url.searchParams.get('X-Amz-Signature')).toBe(signature('shop-b'));
    expect(url.searchParams.get('X-Amz-Signature')).not.toBe(signature('shop-a'));
  });

  test('is used for ten minutes of the given clock and then signed anew', async () => {
    const { clock, provider, token } = tokens();
    const first = await token();
    clock.nowMs += 600_000 - 1;
    expect(await token()).toBe(first);
    clock.nowMs += 1;
    const second = await token();
    expect(urlOf(second).searchParams.get('X-Amz-Date')).toBe('20260301T121000Z');
    expect(provider).toHaveBeenCalledTimes(2);
  });

  test('a failure to get credentials is not kept', async () => {
    const { provider, token } = tokens();
    provider.mockRejectedValueOnce(new Error('no credentials'));
    await expect(token()).rejects.toThrow('no credentials');
    expect(await token()).toMatch(/^k8s-aws-v1\./);
  });
});
