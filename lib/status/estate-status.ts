import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { Authority } from '../authority/authority.ts';
import type { AuthorityRecord } from '../authority/authority-record.ts';
import { authorityTableName, peerRegion } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';
import { type AuthorityStatus, authorityStatus } from './authority-status.ts';
import { type CaptureStatus, captureStatus } from './capture-status.ts';
import { problemsOf } from './problems.ts';
import { type RegionStatus, regionStatus, type SilentRegion } from './region-status.ts';
import { readTable, TableUnreadableError } from './table-reading.ts';

/** How a deployed estate is. Times are ISO 8601 UTC. */
export interface EstateStatus {
  /** No problem. */
  readonly ok: boolean;
  readonly estate: string;
  readonly at: string;
  /** Sentences. */
  readonly problems: readonly string[];
  /** Null: no region has ever been active. */
  readonly authority: AuthorityStatus | null;
  /** Null: nobody could tell; a problem says why. */
  readonly captures: CaptureStatus | null;
  readonly regions: readonly (RegionStatus | SilentRegion)[];
}

export interface StatusDependencies {
  readonly plan: Plan;
  readonly nowMs: () => number;
  /** A client of the tables in a region. */
  readonly tables: (region: string) => DynamoDBDocumentClient;
}

/**
 * Asks both regions, which the loss of one survives: what it can't tell is a problem of its own.
 * Throws TableUnreadableError when no region can say which one is active.
 */
export async function estateStatus({ plan, nowMs, tables }: StatusDependencies): Promise<EstateStatus> {
  const record = await authorityRecord(plan, tables);
  const atMs = nowMs();
  const claimedFor = record?.incidentId;
  const at = (region: string) => ({ plan, region, client: tables(region), nowMs: atMs });
  const standby = record === undefined ? undefined : peerRegion(plan, record.activeRegion);
  const [captures, ...regions] = await Promise.all([
    standby === undefined ? null : orUnreadable(captureStatus(at(standby))),
    ...regionsOf(plan).map(async (region): Promise<RegionStatus | SilentRegion> => {
      const status = await orUnreadable(regionStatus({ ...at(region), claimedFor }));
      return typeof status === 'string' ? { region, unreadable: status } : status;
    }),
  ]);
  const facts = { authority: record === undefined ? null : authorityStatus(record, atMs), captures, regions };
  const problems = problemsOf(facts);
  return {
    ok: problems.length === 0,
    estate: plan.estate,
    at: new Date(atMs).toISOString(),
    problems,
    ...facts,
    captures: typeof captures === 'string' ? null : captures,
  };
}

function regionsOf({ regions }: Plan): readonly string[] {
  return [regions.active, regions.standby];
}

/** A strong table is the same in both regions, so one that answers is enough; a regional one lies in one of them. */
async function authorityRecord(plan: Plan, tables: StatusDependencies['tables']): Promise<AuthorityRecord | undefined> {
  const name = authorityTableName(plan);
  const regions = plan.authority.kind === 'strong' ? regionsOf(plan) : [plan.regions.standby];
  const reads = regions.map((region) => {
    const authority = new Authority({ client: tables(region), tableName: name, estate: plan.estate });
    return readTable({ plan, region, name }, authority.read());
  });
  try {
    return await Promise.any(reads);
  } catch (error) {
    if (!(error instanceof AggregateError)) throw error;
    throw new TableUnreadableError(error.errors.map((one: Error) => one.message).join('\n'));
  }
}

/** Why not, where a table can't be read. */
async function orUnreadable<Result>(status: Promise<Result>): Promise<Result | string> {
  try {
    return await status;
  } catch (error) {
    if (error instanceof TableUnreadableError) return error.message;
    throw error;
  }
}
