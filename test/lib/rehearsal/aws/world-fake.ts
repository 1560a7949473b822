import {
  type AwsService,
  AwsServiceError,
  type Caller,
  type IamDemand,
  PendingAnswer,
  type ProvisionContext,
  type Provisioned,
  type ServiceCall,
  type ServiceResult,
  type WorldParts,
} from '../../../../lib/rehearsal/aws/service.ts';
import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';

export const accountId = '111122223333';
export const startMs = Date.UTC(2026, 10, 21, 6, 0, 0);

/** A world small enough for one service: real kernel, a bus to the services given, weather that tests change. */
export class WorldFake implements WorldParts {
  readonly kernel: Kernel;
  readonly accountId = accountId;
  readonly downRegions = new Set<string>();
  readonly downServices = new Set<string>();
  readonly cutLinks = new Set<string>();
  readonly services = new Map<string, AwsService>();
  /** Every call that came over the bus. */
  readonly calls: { readonly service: string; readonly call: ServiceCall; readonly atMs: number }[] = [];
  /** What services that aren't there answer, by `service.Operation`. */
  readonly answers = new Map<string, (call: ServiceCall) => ServiceResult>();
  readonly policies = new Map<string, unknown>();
  readonly untrusted = new Set<string>();
  /** Actions that nobody is let do, for what services ask before they accept a resource. */
  readonly denied = new Set<string>();

  constructor(seed = 1) {
    this.kernel = new Kernel({ seed, startMs, quiesce });
  }

  readonly weather = {
    regionUp: (region: string) => !this.downRegions.has(region),
    serviceUp: (region: string, service: string) => !this.downServices.has(`${region}/${service}`),
    reachable: (from: string, to: string) => !this.cutLinks.has(`${from}/${to}`),
  };

  readonly access = {
    registerResourcePolicy: (resourceArn: string, document: unknown) => {
      this.policies.set(resourceArn, document);
    },
    canAssume: (roleArn: string, servicePrincipal: string) => !this.untrusted.has(`${roleArn} ${servicePrincipal}`),
    allows: (_caller: Caller, { action }: IamDemand) => !this.denied.has(action),
  };

  readonly bus = {
    call: (service: string, call: ServiceCall, respond: (result: ServiceResult) => void) => {
      this.calls.push({ service, call, atMs: this.kernel.nowMs });
      this.kernel.after(1, 'answer', () => {
        if (this.downRegions.has(call.region)) return;
        this.#answer(service, call, respond);
      });
    },
  };

  #answer(service: string, call: ServiceCall, respond: (result: ServiceResult) => void): void {
    const canned = this.answers.get(`${service}.${call.operation}`);
    if (canned !== undefined) {
      respond(canned(call));
      return;
    }
    const target = this.services.get(service);
    if (target === undefined) {
      respond({ output: {} });
      return;
    }
    try {
      const output = target.invoke(call);
      if (output instanceof PendingAnswer) output.subscribe(respond);
      else respond({ output });
    } catch (error) {
      if (!(error instanceof AwsServiceError)) throw error;
      respond({ error });
    }
  }

  callsTo(service: string, operation: string): ServiceCall[] {
    return this.calls.filter((c) => c.service === service && c.call.operation === operation).map((c) => c.call);
  }
}

export function caller(region: string): Caller {
  return { principal: 'human:operator', name: `operator@${region}`, accountId, region };
}

export function provisionContext(region: string, logicalId = 'Thing'): ProvisionContext {
  return {
    region,
    accountId,
    stackName: 'estate',
    logicalId,
    generatedName: `estate-${logicalId}-1A2B3C`,
    assetPath: () => undefined,
  };
}

/** Creates a resource as a deployment does: strict schema first. */
export function provision(
  service: AwsService,
  type: string,
  properties: unknown,
  region: string,
  logicalId = 'Thing',
): Provisioned {
  const provider = service.resources.find((candidate) => candidate.type === type);
  if (provider === undefined) throw new Error(`no provider of ${type}`);
  return provider.create(provider.schema.parse(properties) as never, provisionContext(region, logicalId));
}

/** One call from a person in the region, straight into the service. */
export function send(
  service: AwsService,
  region: string,
  operation: string,
  input: Record<string, unknown>,
): Record<string, unknown> {
  const output = service.invoke({ caller: caller(region), region, operation, input });
  if (output instanceof PendingAnswer) throw new Error('the answer takes time');
  return output;
}

/** The AwsServiceError that a call ends in. */
export function refused(act: () => unknown): AwsServiceError {
  try {
    act();
  } catch (error) {
    if (error instanceof AwsServiceError) return error;
    throw error;
  }
  throw new Error('the call was answered');
}
