import { InvalidChangeBatch, type Route53Client } from '@aws-sdk/client-route-53';
import { Route53Service } from '../../../lib/rehearsal/aws/route53/route53-service.ts';
import { AwsServiceError } from '../../../lib/rehearsal/aws/service.ts';
import { SimulatedInternet } from '../../../lib/rehearsal/network/simulated-internet.ts';
import { RegionWeather } from '../../../lib/rehearsal/world/weather.ts';
import { testKernel } from '../rehearsal/test-kernel.ts';

/** The rehearsal's Route 53 behind a client of the SDK, a second passing with every call. */
export function simulatedRoute53() {
  const kernel = testKernel(1);
  const internet = new SimulatedInternet({ kernel, weather: new RegionWeather() });
  const route53 = new Route53Service({ kernel, internet, addressOfHost: () => undefined });
  route53.defineZone('Z1', 'shop.example');
  const batches: unknown[] = [];
  const hooks: { beforeChange?: () => Promise<unknown>; loseAnswer?: boolean } = {};
  const invoke = (operation: string, input: Readonly<Record<string, unknown>>) => {
    const caller = { principal: 'human:test', name: 'human:test', accountId: '111122223333', region: 'eu-west-1' };
    return route53.invoke({ caller, region: 'us-east-1', operation, input });
  };
  const client = {
    send: async (command: { readonly input: Readonly<Record<string, unknown>> }) => {
      const operation = command.constructor.name.replace(/Command$/, '');
      if (operation === 'ChangeResourceRecordSets') await hooks.beforeChange?.();
      await kernel.run(kernel.nowMs + 1000);
      if (operation === 'ChangeResourceRecordSets') batches.push(command.input);
      try {
        const output = invoke(operation, command.input);
        if (!hooks.loseAnswer || operation !== 'ChangeResourceRecordSets') return output;
        hooks.loseAnswer = false;
        // What the SDK does when the answer doesn't come: the same batch again.
        await kernel.run(kernel.nowMs + 1000);
        return invoke(operation, command.input);
      } catch (error) {
        if (!(error instanceof AwsServiceError) || error.name !== 'InvalidChangeBatch') throw error;
        const messages = error.members.messages as string[];
        throw new InvalidChangeBatch({ message: error.message, messages, $metadata: {} });
      }
    },
  };
  /** As the control plane has it: `name TYPE value`. */
  const records = () => {
    const listed = invoke('ListResourceRecordSets', { HostedZoneId: 'Z1' }).ResourceRecordSets;
    return (listed as { Name: string; Type: string; ResourceRecords: { Value: string }[] }[]).map(
      ({ Name, Type, ResourceRecords }) => `${Name} ${Type} ${ResourceRecords.map(({ Value }) => Value).join()}`,
    );
  };
  return { client: client as unknown as Route53Client, batches, hooks, records, invoke, kernel };
}
