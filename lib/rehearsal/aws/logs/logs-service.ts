import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import { defineResource } from '../define-resource.ts';
import type { KeyDirectory } from '../kms/key-directory.ts';
import { unknownOperation } from '../operation-input.ts';
import type {
  AwsService,
  IamDemand,
  ProvisionContext,
  Provisioned,
  ResourceProvider,
  ServiceCall,
} from '../service.ts';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentionDays = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

const logGroupProperties = z.strictObject({
  LogGroupName: z.string().max(512).optional(),
  LogGroupClass: z.enum(['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY']).optional(),
  RetentionInDays: z
    .int()
    .refine((days) => retentionDays.includes(days), `one of ${retentionDays.join(', ')}`)
    .optional(),
  KmsKeyId: z.string().optional(),
  DeletionProtectionEnabled: z.boolean().optional(),
  Tags: z.unknown().optional(),
});

/** CloudWatch Logs: groups exist, so that what refers to one can be checked. Nobody in the world calls the service. */
export class LogsService implements AwsService {
  readonly name = 'logs';
  readonly resources: readonly ResourceProvider[];
  readonly #keys: KeyDirectory;
  readonly #groups = new Set<string>();

  constructor(options: { readonly keys: KeyDirectory }) {
    this.#keys = options.keys;
    this.resources = [
      defineResource('AWS::Logs::LogGroup', logGroupProperties, (properties, context) =>
        this.#create(properties, context),
      ),
    ];
  }

  demands(call: ServiceCall): readonly IamDemand[] {
    throw unknownOperation('CloudWatch Logs', call.operation);
  }

  invoke(call: ServiceCall): Record<string, unknown> {
    throw unknownOperation('CloudWatch Logs', call.operation);
  }

  #create(properties: z.output<typeof logGroupProperties>, context: ProvisionContext): Provisioned {
    const { region, accountId } = context;
    const name = properties.LogGroupName ?? context.generatedName;
    if (this.#groups.has(`${region}/${name}`)) throw new InputError(`log group ${name} exists in ${region} already`);
    if (properties.KmsKeyId !== undefined && this.#keys.findKey(region, properties.KmsKeyId) === undefined) {
      throw new InputError(`log group ${name}: there is no KMS key ${properties.KmsKeyId} in ${region}`);
    }
    this.#groups.add(`${region}/${name}`);
    return { ref: name, attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:${name}:*` } };
  }
}
