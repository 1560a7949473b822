import { z } from 'zod';
import { strongConsistencySets } from '../../../plan/aws-regions.ts';
import type { KeyAttribute, TableSchema } from './table-schema.ts';
import { streamViewTypes } from './table-stream.ts';

const region = z.string();
const attributeDefinitions = z.array(
  z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) }),
);
const keySchema = z
  .array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }))
  .min(1)
  .max(2);
const timeToLive = z.strictObject({ AttributeName: z.string().optional(), Enabled: z.boolean() });
const recovery = z.strictObject({
  PointInTimeRecoveryEnabled: z.boolean(),
  RecoveryPeriodInDays: z.int().min(1).max(35).optional(),
});
/** What changes nothing in the world: protection from deletion, recovery, cost. */
const inert = {
  DeletionProtectionEnabled: z.boolean().optional(),
  PointInTimeRecoverySpecification: recovery.optional(),
  ContributorInsightsSpecification: z.unknown().optional(),
  TableClass: z.string().optional(),
  Tags: z.unknown().optional(),
};
const common = {
  TableName: z.string().optional(),
  AttributeDefinitions: attributeDefinitions,
  KeySchema: keySchema,
  BillingMode: z.literal('PAY_PER_REQUEST'),
  TimeToLiveSpecification: timeToLive.optional(),
  StreamSpecification: z.strictObject({ StreamViewType: z.enum(streamViewTypes) }).optional(),
};

export const tableProperties = z
  .strictObject({
    ...common,
    ...inert,
    SSESpecification: z
      .strictObject({
        SSEEnabled: z.boolean(),
        SSEType: z.literal('KMS').optional(),
        KMSMasterKeyId: z.string().optional(),
      })
      .optional(),
  })
  .superRefine(checkKeySchema)
  .refine(({ StreamSpecification, TimeToLiveSpecification: ttl }) => !StreamSpecification || ttl?.Enabled !== true, {
    message: 'not simulated: the stream of a table with TimeToLiveSpecification',
  });

export type TableProperties = z.output<typeof tableProperties>;

/** A stream is accepted and can't be read: nothing asks for its ARN (GetAtt StreamArn is refused by name). */
export const globalTableProperties = z
  .strictObject({
    ...common,
    MultiRegionConsistency: z.enum(['EVENTUAL', 'STRONG']).optional(),
    GlobalTableWitnesses: z.array(z.strictObject({ Region: region })).optional(),
    SSESpecification: z.strictObject({ SSEEnabled: z.boolean(), SSEType: z.literal('KMS').optional() }).optional(),
    Replicas: z
      .array(
        z.strictObject({
          ...inert,
          Region: region,
          SSESpecification: z.strictObject({ KMSMasterKeyId: z.string() }).optional(),
        }),
      )
      .min(1),
  })
  .superRefine((table, context) => {
    checkKeySchema(table, context);
    for (const message of globalTableFaults(table)) context.addIssue({ code: 'custom', message });
  });

export type GlobalTableProperties = z.output<typeof globalTableProperties>;

interface GlobalTableShape {
  readonly MultiRegionConsistency?: 'EVENTUAL' | 'STRONG' | undefined;
  readonly GlobalTableWitnesses?: readonly { readonly Region: string }[] | undefined;
  readonly Replicas: readonly { readonly Region: string }[];
  readonly TimeToLiveSpecification?: { readonly Enabled: boolean } | undefined;
}

/**
 * What DynamoDB refuses of a global table with multi-region strong consistency.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/V2globaltables_HowItWorks.html#V2globaltables_HowItWorks.consistency-modes.mrsc
 */
function globalTableFaults(table: GlobalTableShape): string[] {
  const replicas = table.Replicas.map((replica) => replica.Region);
  const witnesses = (table.GlobalTableWitnesses ?? []).map((witness) => witness.Region);
  const faults: string[] = [];
  if (new Set(replicas).size !== replicas.length) faults.push('a global table has one replica per region');
  if (table.MultiRegionConsistency !== 'STRONG') {
    if (witnesses.length > 0) faults.push('GlobalTableWitnesses need MultiRegionConsistency STRONG');
    if (replicas.length > 1) {
      faults.push(
        'not simulated: MultiRegionConsistency EVENTUAL (a global table of several replicas needs STRONG here)',
      );
    }
    return faults;
  }
  const exact = (replicas.length === 2 && witnesses.length === 1) || (replicas.length === 3 && witnesses.length === 0);
  if (!exact) {
    faults.push('a STRONG global table needs three replicas, or two replicas and one GlobalTableWitnesses region');
  }
  if (witnesses.some((witness) => replicas.includes(witness))) {
    faults.push('the witness region must differ from the replica regions');
  }
  const members = [...replicas, ...witnesses];
  if (!strongConsistencySets.some((set) => members.every((member) => set.includes(member)))) {
    faults.push(
      `a STRONG global table's regions must lie in one set of regions that has it: ${members.join(', ')} do not`,
    );
  }
  if (table.TimeToLiveSpecification?.Enabled === true)
    faults.push('a STRONG global table has no TimeToLiveSpecification');
  return faults;
}

interface KeyShape {
  readonly AttributeDefinitions: readonly { readonly AttributeName: string; readonly AttributeType: 'S' | 'N' | 'B' }[];
  readonly KeySchema: readonly { readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }[];
}

function checkKeySchema(table: KeyShape, context: z.core.$RefinementCtx): void {
  const keys = table.KeySchema.map((key) => key.AttributeName);
  const defined = table.AttributeDefinitions.map((attribute) => attribute.AttributeName);
  const types = table.KeySchema.map((key) => key.KeyType).join();
  if (types !== 'HASH' && types !== 'HASH,RANGE') {
    context.addIssue({ code: 'custom', message: 'KeySchema is one HASH key, or a HASH key and then a RANGE key' });
  }
  if (keys.length === defined.length && keys.every((key) => defined.includes(key))) return;
  context.addIssue({
    code: 'custom',
    message: 'AttributeDefinitions define exactly the attributes of KeySchema (secondary indexes are not simulated)',
  });
}

/** The table's keys, of properties that `checkKeySchema` let pass. */
export function schemaOf(name: string, table: KeyShape): TableSchema {
  const [partitionKey, sortKey] = table.KeySchema.map((key): KeyAttribute => {
    const attribute = table.AttributeDefinitions.find((definition) => definition.AttributeName === key.AttributeName);
    return { name: key.AttributeName, type: attribute!.AttributeType };
  });
  return sortKey === undefined ? { name, partitionKey: partitionKey! } : { name, partitionKey: partitionKey!, sortKey };
}
