import type { LoosePlan } from '../loose-plan.ts';
import type { Finding, PlanPath } from '../mistake.ts';

/**
 * What Route 53 takes in one batch; an upsert counts twice. Route 53 developer guide, "Quotas", number of elements and
 * characters in ChangeResourceRecordSets requests.
 */
const mostRecords = 1000;
const mostCharacters = 32_000;
const upsertCounts = 2;
/** The batch also deletes the zone's epoch record and creates the new one: two records of at most so many characters. */
const epochRecords = 2;
const longestEpochCharacters = 255;

interface ChangedName {
  readonly name: string;
  readonly zone: string;
  /** Of its longest target. */
  readonly characters: number;
  readonly path: PlanPath;
}

/**
 * The names of a zone in mode `record-change` move in one batch, which Route 53 applies as a whole or not at all: that is
 * what stops an actor whose epoch is over. Two batches would leave a zone half moved, so a plan that needs two is refused.
 */
export function recordBatchFindings(plan: LoosePlan): Finding[] {
  return [...Map.groupBy(changedNames(plan), ({ zone }) => zone)].flatMap(([zone, names]) => findingOf(zone, names));
}

function changedNames(plan: LoosePlan): ChangedName[] {
  const found = new Map<string, ChangedName>();
  for (const [index, { dns }] of plan.applications.entries()) {
    for (const [position, { name, zone, traffic, targets = {} }] of dns.entries()) {
      if (traffic !== 'record-change' || name === undefined || zone.name === undefined || found.has(name)) continue;
      const characters = Math.max(0, ...Object.values(targets).map((target) => String(target).length));
      found.set(name, { name, zone: zone.name, characters, path: ['applications', index, 'dns', position, 'traffic'] });
    }
  }
  return [...found.values()];
}

function findingOf(zone: string, names: readonly ChangedName[]): Finding[] {
  let records = epochRecords;
  let characters = epochRecords * longestEpochCharacters;
  for (const [index, one] of names.entries()) {
    records += upsertCounts;
    characters += upsertCounts * one.characters;
    const limit =
      records > mostRecords
        ? `${mostRecords.toLocaleString('en')} records`
        : characters > mostCharacters
          ? `${mostCharacters.toLocaleString('en')} characters of targets`
          : undefined;
    if (limit === undefined) continue;
    return [
      {
        path: one.path,
        message: `zone ${zone} has ${names.length} names in mode record-change, which move in one batch, and Route 53 takes ${limit} in one, changed ones twice: ${index} of them fit`,
        remedy: 'set traffic: health-state for the others, or put them into another zone',
      },
    ];
  }
  return [];
}
