import { EKSClient, ResourceInUseException } from '@aws-sdk/client-eks';
import { describe, expect, test } from '@jest/globals';
import { eksNodeGroups } from '../../../lib/cluster/node-groups.ts';
import * as leftOut from '../../../lib/cluster/undici-left-out.ts';

function groups(answer: object | Error) {
  const inputs: unknown[] = [];
  const client = new EKSClient({ region: 'eu-west-1' });
  client.middlewareStack.add(
    () => async (args) => {
      inputs.push(args.input);
      if (answer instanceof Error) throw answer;
      return { response: {}, output: { $metadata: {}, ...answer } };
    },
    { step: 'initialize' },
  );
  return { inputs, nodeGroups: eksNodeGroups(client) };
}

describe('node groups', () => {
  test('tell their size and state', async () => {
    const scalingConfig = { minSize: 1, desiredSize: 2, maxSize: 5 };
    const { nodeGroups, inputs } = groups({ nodegroup: { scalingConfig, status: 'ACTIVE' } });
    expect(await nodeGroups.describe('shop-b', 'ng')).toEqual({ desiredSize: 2, maxSize: 5, status: 'ACTIVE' });
    expect(inputs).toEqual([{ clusterName: 'shop-b', nodegroupName: 'ng' }]);
    expect(await groups({}).nodeGroups.describe('a', 'b')).toEqual({ desiredSize: 0, maxSize: 0, status: 'UNKNOWN' });
  });

  test('are set to a size by an update that leaves their bounds alone', async () => {
    const { nodeGroups, inputs } = groups({ update: { id: 'u1' } });
    expect(await nodeGroups.setDesiredSize('shop-b', 'ng', 4, 'token')).toBe('u1');
    expect(inputs).toEqual([
      { clusterName: 'shop-b', nodegroupName: 'ng', clientRequestToken: 'token', scalingConfig: { desiredSize: 4 } },
    ]);
    expect(await groups({}).nodeGroups.setDesiredSize('a', 'b', 1, 't')).toBe('');
  });

  test('that are being changed already are not changed; any other failure stays one', async () => {
    const inUse = new ResourceInUseException({ message: 'busy', $metadata: {} });
    expect(await groups(inUse).nodeGroups.setDesiredSize('a', 'b', 1, 't')).toBeUndefined();
    const denied = new Error('denied');
    await expect(groups(denied).nodeGroups.setDesiredSize('a', 'b', 1, 't')).rejects.toBe(denied);
  });
});

test('what stands in for undici says what is missing when it is called', () => {
  expect(() => leftOut.fetch()).toThrow('give the Kubernetes client an HTTP library');
});
