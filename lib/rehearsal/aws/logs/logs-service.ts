import { z } from 'zod';
import { InputError } from '../../../plan/input-error.ts';
import type { Access } from '../access.ts';
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

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html */
const keyActions = ['kms:Encrypt', 'kms:Decrypt', 'kms:GenerateDataKey'];

/** CloudWatch Logs: groups exist, so that what refers to one can be checked. Nobody in the world calls the service. */
export class LogsService implements AwsService {
  readonly name = 'logs';
  readonly resources: readonly ResourceProvider[];
  readonly #keys: KeyDirectory;
  readonly #access: Access;
  readonly #groups = new Set<string>();

  constructor(options: { readonly keys: KeyDirectory; readonly access: Access }) {
    this.#keys = options.keys;
    this.#access = options.access;
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
    const arn = `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
    if (properties.KmsKeyId !== undefined) this.#assertKey(properties.KmsKeyId, arn, context);
    this.#groups.add(`${region}/${name}`);
    return { ref: name, attributes: { Arn: `${arn}:*` } };
  }

  /** The service itself must be let use the key for this group, by the key's policy. */
  #assertKey(keyId: string, groupArn: string, { region, accountId }: ProvisionContext): void {
    const key = this.#keys.findKey(region, keyId);
    if (key === undefined) throw new InputError(`log group ${groupArn}: there is no KMS key ${keyId} in ${region}`);
    const principal = `logs.${region}.amazonaws.com`;
    const caller = { principal: `service:${principal}`, name: principal, accountId, region };
    const context = { 'kms:EncryptionContext:aws:logs:arn': groupArn };
    const refused = keyActions.filter(
      (action) => !this.#access.allows(caller, { action, resource: key.keyArn, context }, region),
    );
    if (refused.length === 0) return;
    throw new InputError(
      `The specified KMS key does not exist or is not allowed to be used with Arn '${groupArn}' (the policy of ${key.keyArn} must let ${principal} do ${refused.join(', ')})`,
    );
  }
}
