import { createHash, createHmac } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { authenticateEksToken } from '../../../../../lib/rehearsal/aws/sts/eks-token.ts';
import { Sessions } from '../../../../../lib/rehearsal/aws/sts/sessions.ts';
import { StsService } from '../../../../../lib/rehearsal/aws/sts/sts-service.ts';
import { RandomStream } from '../../../../../lib/rehearsal/kernel/random-stream.ts';

const role = 'arn:aws:iam::111122223333:role/scale';
const signedMs = Date.UTC(2026, 0, 2, 3, 4, 5);

/** SHA-256 as the SDK's signer wants it. */
class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(chunk: string | Uint8Array): void {
    this.#hash.update(chunk);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

interface Changes {
  readonly host?: string;
  readonly signedRegion?: string;
  readonly action?: string;
  readonly expiresIn?: number;
  readonly headers?: Record<string, string>;
  readonly edit?: (url: URL) => void;
}

async function setUp(changes: Changes = {}) {
  const sessions = new Sessions(new RandomStream('sts'));
  const credentials = sessions.issue(role);
  const { host = 'sts.eu-west-1.amazonaws.com', signedRegion = 'eu-west-1', action = 'GetCallerIdentity' } = changes;
  const signer = new SignatureV4({ credentials, region: signedRegion, service: 'sts', sha256: Sha256 });
  const headers = { host, ...(changes.headers ?? { 'x-k8s-aws-id': 'bank' }) };
  const query = { Action: action, Version: '2011-06-15' };
  const request = { protocol: 'https:', hostname: host, method: 'GET', path: '/', query, headers };
  const signed = await signer.presign(request, { expiresIn: changes.expiresIn ?? 60, signingDate: new Date(signedMs) });
  const url = new URL(`https://${host}/?${new URLSearchParams(signed.query as Record<string, string>)}`);
  changes.edit?.(url);
  const token = `k8s-aws-v1.${Buffer.from(url.href).toString('base64url')}`;
  return (afterMs = 0, clusterName = 'bank', as = token, known = sessions) =>
    authenticateEksToken({ token: as, clusterName, sessions: known, nowMs: signedMs + afterMs });
}

describe('a token of EKS', () => {
  test('stands for the role whose credentials signed it, for 15 minutes', async () => {
    const check = await setUp();
    expect(check()).toEqual({ principal: role });
    expect(check(15 * 60_000)).toEqual({ principal: role });
    expect(check(15 * 60_000 + 1)).toEqual({ refused: 'the token has expired' });
  });

  test('is good for its cluster only', async () => {
    const check = await setUp();
    expect(check()).toEqual({ principal: role });
    expect(check(0, 'other')).toEqual({ refused: expect.stringContaining('is the token for cluster other?') });
  });

  test('is refused when it is no token or no URL', async () => {
    const check = await setUp();
    expect(check(0, 'bank', 'abc')).toEqual({ refused: 'token is missing the prefix k8s-aws-v1.' });
    expect(check(0, 'bank', 'k8s-aws-v1.abc')).toEqual({ refused: 'token holds no URL' });
  });

  test('is refused when the key was not given out in this world', async () => {
    const check = await setUp();
    const unknown = new Sessions(new RandomStream('other'));
    expect(check(0, 'bank', undefined, unknown)).toEqual({ refused: 'the access key does not exist' });
  });

  test.each<[string, Changes, string]>([
    ['the global endpoint', { host: 'sts.amazonaws.com' }, 'not a regional STS endpoint'],
    ['another host', { host: 'evil.example' }, 'not a regional STS endpoint'],
    ['another operation', { action: 'AssumeRole' }, 'does not ask GetCallerIdentity'],
    ['another region', { signedRegion: 'us-east-1' }, 'signed for region us-east-1'],
    ['a missing cluster header', { headers: {} }, 'x-k8s-aws-id is not signed'],
    ['a validity of over 15 minutes', { expiresIn: 901 }, 'not within 1 and 900'],
    ['a missing date', { edit: (url) => url.searchParams.delete('X-Amz-Date') }, 'X-Amz-Date is missing'],
    ['a forged date', { edit: (url) => url.searchParams.set('X-Amz-Date', '20260102T040405Z') }, 'does not match'],
    ['another session token', { edit: (url) => url.searchParams.set('X-Amz-Security-Token', 'x') }, 'session token'],
  ])('is refused for %s', async (_name, changes, words) => {
    const check = await setUp(changes);
    expect(check()).toEqual({ refused: expect.stringContaining(words) });
  });
});

test('STS tells a caller who it is, and has no other operation', () => {
  const sts = new StsService();
  const caller = { principal: role, name: 'lambda:f@eu-west-1#1', accountId: '111122223333', region: 'eu-west-1' };
  const call = { caller, region: 'eu-west-1', operation: 'GetCallerIdentity', input: {} };
  expect(sts.demands(call)).toEqual([]);
  expect(sts.invoke(call)).toMatchObject({
    Account: '111122223333',
    Arn: 'arn:aws:sts::111122223333:assumed-role/scale/f',
  });
  expect(() => sts.demands({ ...call, operation: 'AssumeRole' })).toThrow('not simulated: sts AssumeRole');
});
