import { EKSClient } from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eksAccess } from '../../../lib/cluster/eks-access.ts';
import type { EksCluster } from '../../../lib/plan/plan.ts';
import { LoopbackServer } from './loopback-server.ts';

const inRegion = { clusterName: 'shop-b', autoscaler: 'none', nodeGroups: [] } as const;
const cluster: EksCluster = { kind: 'eks', name: 'main', regions: { 'eu-west-1': inRegion } };

let server: LoopbackServer;
beforeEach(async () => {
  server = await LoopbackServer.start();
});
afterEach(() => server.stop());

/** A real client whose answers are given one after the other; the last repeats. */
function access(...answers: (object | Error)[]) {
  const asked: unknown[] = [];
  const client = new EKSClient({ region: 'eu-west-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  client.middlewareStack.add(
    () => async (args) => {
      asked.push(args.input);
      const answer = answers[Math.min(asked.length, answers.length) - 1];
      if (answer instanceof Error) throw answer;
      return { response: {}, output: { $metadata: {}, ...answer } };
    },
    { step: 'initialize' },
  );
  const accessor = eksAccess({ client, region: 'eu-west-1', nowMs: () => Date.UTC(2026, 2, 1), timeoutMs: 1000 });
  return { asked, accessor };
}

const described = () => ({
  cluster: { endpoint: server.endpoint, certificateAuthority: { data: Buffer.from(server.ca).toString('base64') } },
});

describe('access to an EKS cluster', () => {
  test('takes endpoint and authority from its description and signs in with a token', async () => {
    const { asked, accessor } = access(described());
    expect(await (await accessor(cluster)).ready()).toBe(true);
    expect(asked).toEqual([{ name: 'shop-b' }]);
    expect(server.seen[0]?.headers.authorization).toMatch(/^Bearer k8s-aws-v1\./);
  });

  test('asks once, however often and at once it is needed', async () => {
    const { asked, accessor } = access(described());
    const [first, second] = await Promise.all([accessor(cluster), accessor(cluster)]);
    expect(second).toBe(first);
    expect(await accessor(cluster)).toBe(first);
    expect(asked).toHaveLength(1);
  });

  test('a failed description is not kept for the life of the process', async () => {
    const { asked, accessor } = access(new Error('throttled'), described());
    await expect(accessor(cluster)).rejects.toThrow('throttled');
    expect(await (await accessor(cluster)).ready()).toBe(true);
    expect(asked).toHaveLength(2);
  });

  test.each([
    [{ cluster: { status: 'CREATING' } }, 'EKS cluster shop-b in eu-west-1 is CREATING and has no endpoint yet'],
    [{ cluster: { endpoint: 'https://x', certificateAuthority: {} } }, 'is unknown'],
    [{}, 'is unknown and has no endpoint yet'],
  ])('a cluster without an endpoint yet is refused with its state', async (answer, message) => {
    await expect(access(answer).accessor(cluster)).rejects.toThrow(message);
  });

  test('a self-managed cluster is refused with the reason', async () => {
    const { asked, accessor } = access(described());
    const refused = accessor({ kind: 'self-managed', name: 'metal', regions: {} });
    await expect(refused).rejects.toMatchObject({
      name: 'ClusterNotReachableError',
      message: expect.stringContaining('cluster metal is self-managed'),
    });
    expect(asked).toEqual([]);
  });

  test('a cluster that is not in this region is a mistake of the plan', async () => {
    const { accessor } = access(described());
    await expect(accessor({ ...cluster, regions: {} })).rejects.toThrow('cluster main has no part in eu-west-1');
  });
});
