import type { AuthorityReader } from '../../lib/authority/authority.ts';
import { zoneEpochName } from '../../lib/plan/names.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type ZoneNames, zonesToChange } from '../../lib/plan/traffic.ts';
import type { Dns } from '../../lib/traffic/dns.ts';
import { executionNameOf } from '../../lib/traffic/zone-epoch.ts';
import type { ZoneRecords } from '../../lib/traffic/zone-records.ts';
import type { OutputOf } from '../shared/contract.ts';
import { TrafficRefusedError } from '../shared/errors.ts';
import type { Invocation } from '../shared/task-handler.ts';
import type { contract } from './contract.ts';

export interface CreateRecordsDependencies {
  readonly plan: Plan;
  readonly region: string;
  readonly authority: AuthorityReader;
  readonly dns: Dns;
  readonly zones: Pick<ZoneRecords, 'createMissing'>;
}

type Dependencies = CreateRecordsDependencies & Invocation;

export async function createRecords(_input: unknown, dependencies: Dependencies): Promise<OutputOf<typeof contract>> {
  const { plan, region, authority, zones, signal } = dependencies;
  const record = await authority.read(signal);
  // A region that has claimed and doesn't serve yet moves the names itself when it does.
  if (record?.activeRegion !== region || record.phase !== 'serving') return { role: 'standby', created: [] };
  const current = { epoch: record.epoch, execution: executionNameOf(record.claimedBy) };
  const created: string[] = [];
  for (const zone of zonesToChange(plan, region)) {
    if (await isComplete(zone, dependencies)) continue;
    const result = await zones.createMissing(zone, current, signal);
    if ('refused' in result) throw new TrafficRefusedError(`records of ${zone.zone}: ${result.refused}`);
    created.push(...result.created);
  }
  return { role: 'active', created };
}

/** Asked of a name server, which costs nothing and depends on no control plane; it lags by a minute after a change. */
async function isComplete({ zone, names }: ZoneNames, { plan, dns }: Dependencies): Promise<boolean> {
  const [host] = await dns.nameServersOf(zone);
  const [server] = host === undefined ? [] : await dns.addressesOf(host);
  if (server === undefined) return false;
  const answers = await Promise.all([
    dns.textsAt(server, zoneEpochName(plan, zone)),
    ...names.map(({ name }) => dns.canonicalNamesAt(server, name)),
  ]);
  return answers.every((answer) => answer.length > 0);
}
