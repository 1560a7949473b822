import { ConflictException } from '@aws-sdk/client-route53-recovery-cluster';
import { describe, expect, test } from '@jest/globals';
import { inOrderOfTrust, switchRoutingControls } from '../../../lib/traffic/routing-controls.ts';

const states = new Map([
  ['arn:b', 'On'],
  ['arn:a', 'Off'],
] as const);
const regions = ['us-east-1', 'eu-central-1', 'eu-west-1', 'ap-northeast-1', 'us-west-2'];

/** Endpoints that answer with an error, or not with one; `asked` is the order in which they were. */
function endpoints(failing: Readonly<Record<string, Error>>) {
  const asked: string[] = [];
  const made = regions.map((region) => ({
    region,
    client: {
      send: (async (command: { input: unknown }) => {
        asked.push(region);
        if (failing[region] !== undefined) throw failing[region];
        return command.input;
      }) as never,
    },
  }));
  return { asked, made };
}

const named = (name: string) => Object.assign(new Error(name), { name });
const noGuard = async () => {};

describe('routing controls', () => {
  test('are asked for in the own region first and in the dying one last', () => {
    const order = inOrderOfTrust(endpoints({}).made, { own: 'eu-west-1', peer: 'eu-central-1' });
    expect(order.map(({ region }) => region)).toEqual([
      'eu-west-1',
      'us-east-1',
      'ap-northeast-1',
      'us-west-2',
      'eu-central-1',
    ]);
  });

  test('are switched by the first endpoint that answers', async () => {
    const gone = named('EndpointTemporarilyUnavailableException');
    const { asked, made } = endpoints({ 'us-east-1': named('TimeoutError'), 'eu-central-1': gone });
    const switched = await switchRoutingControls(made, states, noGuard);
    expect(switched).toEqual({ outcome: 'switched', endpointRegion: 'eu-west-1' });
    expect(asked).toEqual(['us-east-1', 'eu-central-1', 'eu-west-1']);
  });

  test('stay as they are when a safety rule says no; no other endpoint is asked', async () => {
    const conflict = new ConflictException({ message: 'rule', resourceId: 'r', resourceType: 't', $metadata: {} });
    const { asked, made } = endpoints({ 'us-east-1': conflict });
    expect(await switchRoutingControls(made, states, noGuard)).toEqual({ outcome: 'conflict', reason: 'rule' });
    expect(asked).toEqual(['us-east-1']);
  });

  test('are not tried elsewhere when access is denied', async () => {
    const { asked, made } = endpoints({ 'us-east-1': named('AccessDeniedException') });
    await expect(switchRoutingControls(made, states, noGuard)).rejects.toMatchObject({ name: 'AccessDeniedException' });
    expect(asked).toEqual(['us-east-1']);
  });

  test('are left alone once the epoch has moved, also between two endpoints', async () => {
    const { asked, made } = endpoints({ 'us-east-1': named('TimeoutError') });
    let looks = 0;
    const guard = async () => {
      if (++looks > 1) throw named('StaleEpochError');
    };
    await expect(switchRoutingControls(made, states, guard)).rejects.toMatchObject({ name: 'StaleEpochError' });
    expect(asked).toEqual(['us-east-1']);
  });

  test('end with the last endpoint’s error when none answers', async () => {
    const { asked, made } = endpoints(Object.fromEntries(regions.map((region) => [region, named(region)])));
    await expect(switchRoutingControls(made, states, noGuard)).rejects.toMatchObject({ name: 'us-west-2' });
    expect(asked).toEqual(regions);
  });
});
