import { unknownOperation } from '../operation-input.ts';
import type { AwsService, IamDemand, ServiceCall } from '../service.ts';

/** STS as far as functions ask it: who am I. It needs no permission (API reference, GetCallerIdentity). */
export class StsService implements AwsService {
  readonly name = 'sts';
  readonly resources = [];

  demands(call: ServiceCall): readonly IamDemand[] {
    if (call.operation !== 'GetCallerIdentity') throw unknownOperation(this.name, call.operation);
    return [];
  }

  invoke({ caller }: ServiceCall): Record<string, unknown> {
    const role = caller.principal.split('/').at(-1) ?? '';
    const arn = `arn:aws:sts::${caller.accountId}:assumed-role/${role}/${caller.name.split(':').at(-1)?.split('@')[0]}`;
    return { Account: caller.accountId, Arn: arn, UserId: `AROA:${role}` };
  }
}
