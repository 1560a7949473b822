import { SFNClient } from '@aws-sdk/client-sfn';
import { expect, test } from '@jest/globals';
import { failoverMachine } from '../../../lambdas/assess-incident/failover-machine.ts';

test('a start that failed for another reason is a failure', async () => {
  const client = new SFNClient({ region: 'eu-west-1' });
  const denied = Object.assign(new Error('no'), { name: 'AccessDeniedException' });
  client.send = (async () => {
    throw denied;
  }) as SFNClient['send'];
  const machine = failoverMachine(client, 'arn:machine');
  await expect(machine.start('name', '{}', new AbortController().signal)).rejects.toBe(denied);
});
