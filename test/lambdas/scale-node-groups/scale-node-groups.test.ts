import { describe, expect, test } from '@jest/globals';
import { scaleNodeGroups } from '../../../lambdas/scale-node-groups/scale-node-groups.ts';
import { CaptureStore } from '../../../lib/cluster/capture-store.ts';
import { Journal } from '../../../lib/evidence/journal.ts';
import type { EksCluster, EksClusterInRegion } from '../../../lib/plan/plan.ts';
import { FakeNodeGroups } from '../../lib/cluster/fake-node-groups.ts';
import { samplePlan, standby } from '../shared/sample-plan.ts';
import { SimulatedTables } from '../shared/simulated-tables.ts';

const nowMs = Date.parse('2026-03-01T12:00:00Z');
const input = { executionArn: 'arn:execution', incidentId: 'incident' };

const group = (name: string, maxSize = 10) => ({ name, minSize: 0, maxSize, instanceType: 'm7g.large' });

function cluster(parts: Partial<EksClusterInRegion> = {}, name = 'main'): EksCluster {
  const inRegion = { clusterName: `${name}-b`, autoscaler: 'none', nodeGroups: [group('ng')], ...parts } as const;
  return { kind: 'eks', name, regions: { [standby]: inRegion } };
}

async function run(
  nodeGroups: FakeNodeGroups,
  captured: Record<string, number> | undefined,
  clusters: readonly EksCluster[] = [cluster()],
) {
  const { client } = new SimulatedTables();
  const captures = new CaptureStore(client, 'captures');
  if (captured !== undefined) {
    const sizes = Object.entries(captured).map(([name, desiredSize]) => ({ name, desiredSize }));
    await captures.writeNodeGroups('platform', { cluster: 'main', epoch: 1, capturedAtMs: 1, nodeGroups: sizes });
  }
  const journal = new Journal({ client, tableName: 'journal', nowMs: () => nowMs });
  const others = [
    { kind: 'self-managed', name: 'metal', regions: {} },
    { kind: 'eks', name: 'elsewhere', regions: {} },
  ] as const;
  const plan = samplePlan({ clusters: [...clusters, ...others] });
  const result = await scaleNodeGroups(input, { plan, region: standby, captures, nodeGroups, journal }).then(
    (output) => ({ output, error: undefined }),
    (error: unknown) => ({ output: undefined, error }),
  );
  return { ...result, entries: await journal.read('incident') };
}

describe('node groups', () => {
  test('grow to the captured size, and the journal says so', async () => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, 10] });
    const { output, entries } = await run(nodeGroups, { ng: 6 });
    const change = { cluster: 'main', nodeGroup: 'ng', fromSize: 1, toSize: 6, updateId: 'update-ng' };
    expect(output).toEqual({ nodeGroups: [change] });
    expect(nodeGroups.updates).toMatchObject([{ nodeGroup: 'ng', desiredSize: 6 }]);
    expect(entries).toMatchObject([{ kind: 'nodes-scaling-started', detail: { nodeGroups: [change] } }]);
  });

  test.each([
    ["the plan's maximum", 4, 10, 4],
    ["the group's own maximum", 10, 3, 3],
  ])('are bounded by %s', async (_bound, planMaximum, ownMaximum, size) => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, ownMaximum] });
    await run(nodeGroups, { ng: 6 }, [cluster({ nodeGroups: [group('ng', planMaximum)] })]);
    expect(nodeGroups.updates).toMatchObject([{ desiredSize: size }]);
  });

  test.each([
    ['larger than captured', 8],
    ['as large as captured', 6],
  ])('that are %s are left alone', async (_how, desiredSize) => {
    const nodeGroups = new FakeNodeGroups({ ng: [desiredSize, 10] });
    const { output } = await run(nodeGroups, { ng: 6 });
    expect(output?.nodeGroups).toEqual([
      { cluster: 'main', nodeGroup: 'ng', fromSize: desiredSize, toSize: desiredSize },
    ]);
    expect(nodeGroups.updates).toEqual([]);
  });

  test('above a maximum that was lowered are not shrunk to it', async () => {
    const nodeGroups = new FakeNodeGroups({ ng: [8, 8] });
    await run(nodeGroups, { ng: 9 }, [cluster({ nodeGroups: [group('ng', 5)] })]);
    expect(nodeGroups.updates).toEqual([]);
  });

  test.each(['karpenter', 'cluster-autoscaler', 'auto-mode'] as const)('are left to %s', async (autoscaler) => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, 10] });
    const { output } = await run(nodeGroups, { ng: 6 }, [cluster({ autoscaler })]);
    expect(output?.nodeGroups).toEqual([{ cluster: 'main', nodeGroup: 'ng', fromSize: 1, toSize: 1 }]);
    expect(nodeGroups.updates).toEqual([]);
  });

  test('of which nothing was captured go to their maximum', async () => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, 10] });
    expect((await run(nodeGroups, undefined)).output?.nodeGroups[0]?.toSize).toBe(10);
  });

  test('with names of their own take the sizes of what is left over in the other region, in order', async () => {
    const nodeGroups = new FakeNodeGroups({ shared: [0, 10], blue: [0, 10], green: [0, 10] });
    const here = [group('shared'), group('blue'), group('green', 7)];
    const { output } = await run(nodeGroups, { red: 2, shared: 5 }, [cluster({ nodeGroups: here })]);
    expect(output?.nodeGroups.map(({ nodeGroup, toSize }) => [nodeGroup, toSize])).toEqual([
      ['shared', 5],
      ['blue', 2],
      ['green', 7],
    ]);
  });
});

describe('a node group that is being changed already', () => {
  test('to at least as many nodes is no failure', async () => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, 10] });
    nodeGroups.busy.set('ng', 7);
    const { output } = await run(nodeGroups, { ng: 6 });
    expect(output?.nodeGroups).toEqual([{ cluster: 'main', nodeGroup: 'ng', fromSize: 1, toSize: 7 }]);
  });

  test('to fewer is tried again later; the other groups grow all the same', async () => {
    const nodeGroups = new FakeNodeGroups({ ng: [1, 10], other: [1, 10] });
    nodeGroups.busy.set('ng', 2);
    const both = cluster({ nodeGroups: [group('ng'), group('other')] });
    const { error, entries } = await run(nodeGroups, { ng: 6, other: 3 }, [both]);
    expect(error).toMatchObject({
      name: 'DependencyUnavailableError',
      message: expect.stringContaining('ng of main-b'),
    });
    expect(nodeGroups.updates).toMatchObject([{ nodeGroup: 'other', desiredSize: 3 }]);
    expect(entries).toEqual([]);
  });
});

describe('the request token', () => {
  const long = 'x'.repeat(63);
  const token = async (clusterName: string, incidentId = 'incident') => {
    const nodeGroups = new FakeNodeGroups({ [long]: [1, 10] });
    const { client } = new SimulatedTables();
    const plan = samplePlan({ clusters: [cluster({ nodeGroups: [group(long)] }, clusterName)] });
    const captures = new CaptureStore(client, 'captures');
    const journal = new Journal({ client, tableName: 'journal', nowMs: () => nowMs });
    await scaleNodeGroups({ ...input, incidentId }, { plan, region: standby, captures, nodeGroups, journal });
    return nodeGroups.updates[0]?.requestToken ?? '';
  };

  test('is the same for the same incident, group and size, and of no more than 64 characters', async () => {
    expect(await token('main')).toBe(await token('main'));
    expect((await token('main')).length).toBeLessThanOrEqual(64);
  });

  test('is another one for another incident or cluster, however long the name of the group', async () => {
    expect(new Set([await token('main'), await token('main', 'later'), await token('batch')]).size).toBe(3);
  });
});
