import {
  type Change,
  ChangeResourceRecordSetsCommand,
  InvalidChangeBatch,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type ResourceRecordSet,
  type Route53Client,
  type RRType,
} from '@aws-sdk/client-route-53';
import { zoneEpochName } from '../plan/names.ts';
import type { NameTarget, ZoneNames } from '../plan/traffic.ts';
import { parseZoneEpoch, type ZoneEpoch, zoneEpochValue } from './zone-epoch.ts';

export type MoveResult =
  | { readonly outcome: 'moved' }
  /** The zone is under a later epoch, or this one under another execution. Nothing was changed. */
  | { readonly outcome: 'stale'; readonly held: ZoneEpoch }
  /** Route 53 refuses the batch for another reason than the epoch. Nothing was changed. */
  | { readonly outcome: 'refused'; readonly reason: string };

/** A batch that fails for a moved epoch fails once; somebody else's batch in between makes it twice. */
const mostBatches = 3;
/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_ListResourceRecordSets.html (MaxItems). */
const largestPage = 300;
/** The epoch isn't for clients: nobody resolves it on the way to an application. */
const epochTtlSeconds = 60;

/**
 * Records of names in mode `record-change`. They are in no template: a template that held them would point them back at
 * the first region whenever it is deployed after a failover.
 * Route 53 throttles (Throttling, PriorRequestNotComplete, both HTTP 400); the SDK tries those again with jitter, as
 * often as the client was made to.
 */
export class ZoneRecords {
  readonly #client: Route53Client;
  readonly #plan: { readonly estate: string };

  constructor(options: { client: Route53Client; estate: string }) {
    this.#client = options.client;
    this.#plan = { estate: options.estate };
  }

  /**
   * Points the names at their targets and moves the zone to `epoch` in one batch, which Route 53 applies as a whole or
   * not at all. The old epoch is deleted by its exact value, so that the batch of whoever read an older one fails. A
   * batch whose answer was lost fails when the SDK sends it again: then the zone says whose it is.
   */
  async move(zone: ZoneNames, next: ZoneEpoch, signal?: AbortSignal): Promise<MoveResult> {
    let refusal = '';
    for (let batch = 0; batch < mostBatches; batch++) {
      const held = await this.#epochOf(zone, signal);
      if (held.epoch !== undefined) {
        const { epoch, execution } = held.epoch;
        if (epoch === next.epoch && execution === next.execution) return { outcome: 'moved' };
        if (epoch >= next.epoch) return { outcome: 'stale', held: held.epoch };
      }
      const changes: Change[] = [
        ...held.record.map((record): Change => ({ Action: 'DELETE', ResourceRecordSet: record })),
        { Action: 'CREATE', ResourceRecordSet: this.#epochRecord(zone, next) },
        ...zone.names.map((name): Change => ({ Action: 'UPSERT', ResourceRecordSet: nameRecord(name) })),
      ];
      const answer = await this.#change(zone, changes, next, signal);
      if (answer === undefined) return { outcome: 'moved' };
      refusal = answer;
    }
    return { outcome: 'refused', reason: refusal };
  }

  /**
   * Creates what isn't there, for the region that serves: first deployment, or a name that is new in the plan. CREATE
   * overwrites nothing, so a name that a failover has moved stays where it is. Gives the names created.
   */
  async createMissing(
    zone: ZoneNames,
    current: ZoneEpoch,
    signal?: AbortSignal,
  ): Promise<{ readonly created: readonly string[] } | { readonly refused: string }> {
    const epochName = zoneEpochName(this.#plan, zone.zone);
    const wanted = [this.#epochRecord(zone, current), ...zone.names.map(nameRecord)];
    const held = await this.#recordsAtAny(zone, new Set(wanted.map(({ Name }) => String(Name))), signal);
    const missing: ResourceRecordSet[] = [];
    for (const record of wanted) {
      const name = String(record.Name);
      const there = held.get(name) ?? [];
      if (there.length === 0) missing.push(record);
      else if (name !== epochName && !isPlain(there)) {
        return { refused: `${name} has records already that are no plain CNAME: remove them, or use another name` };
      }
    }
    if (missing.length === 0) return { created: [] };
    const changes = missing.map((record): Change => ({ Action: 'CREATE', ResourceRecordSet: record }));
    const refusal = await this.#change(zone, changes, current, signal);
    return refusal === undefined ? { created: missing.map(({ Name }) => String(Name)) } : { refused: refusal };
  }

  /** Undefined when the batch was applied; otherwise what Route 53 says against it. */
  async #change(
    { hostedZoneId }: ZoneNames,
    changes: Change[],
    { epoch, execution }: ZoneEpoch,
    signal: AbortSignal | undefined,
  ): Promise<string | undefined> {
    const batch = { Comment: `Lifeboat: epoch ${epoch}, ${execution}`, Changes: changes };
    try {
      await this.#client.send(new ChangeResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, ChangeBatch: batch }), {
        abortSignal: signal,
      });
      return undefined;
    } catch (error) {
      if (!(error instanceof InvalidChangeBatch)) throw error;
      return error.messages?.join('; ') || error.message;
    }
  }

  async #epochOf(
    zone: ZoneNames,
    signal: AbortSignal | undefined,
  ): Promise<{ readonly epoch: ZoneEpoch | undefined; readonly record: readonly ResourceRecordSet[] }> {
    const name = zoneEpochName(this.#plan, zone.zone);
    const record = (await this.#recordsAt(zone, name, signal)).filter(({ Type }) => Type === 'TXT');
    const value = record[0]?.ResourceRecords?.[0]?.Value;
    return { epoch: value === undefined ? undefined : parseZoneEpoch(value), record };
  }

  /** Records with exactly this name, as the control plane has them: ahead of the name servers. */
  async #recordsAt(
    { hostedZoneId }: ZoneNames,
    name: string,
    signal: AbortSignal | undefined,
  ): Promise<readonly ResourceRecordSet[]> {
    // Ordered by name and then by type, of which A is the first: more than this many types stand at no name.
    const answer = await this.#client.send(
      new ListResourceRecordSetsCommand({
        HostedZoneId: hostedZoneId,
        StartRecordName: name,
        StartRecordType: 'A' satisfies RRType,
        MaxItems: 10,
      }),
      { abortSignal: signal },
    );
    return (answer.ResourceRecordSets ?? []).filter((record) => record.Name?.replace(/\.$/, '') === name);
  }

  /**
   * The same for many names, in pages of the whole zone (the SDK has no paginator for these): a call for each name would
   * run into ten calls a second.
   */
  async #recordsAtAny(
    { hostedZoneId }: ZoneNames,
    names: ReadonlySet<string>,
    signal: AbortSignal | undefined,
  ): Promise<ReadonlyMap<string, readonly ResourceRecordSet[]>> {
    const found = new Map<string, ResourceRecordSet[]>();
    let next: Omit<ListResourceRecordSetsCommandInput, 'HostedZoneId'> | undefined = {};
    while (next !== undefined) {
      const page: ListResourceRecordSetsCommandOutput = await this.#client.send(
        new ListResourceRecordSetsCommand({ HostedZoneId: hostedZoneId, MaxItems: largestPage, ...next }),
        { abortSignal: signal },
      );
      for (const record of page.ResourceRecordSets ?? []) {
        const name = record.Name?.replace(/\.$/, '') ?? '';
        if (names.has(name)) found.set(name, [...(found.get(name) ?? []), record]);
      }
      const { NextRecordName, NextRecordType, NextRecordIdentifier } = page;
      next = page.IsTruncated
        ? {
            StartRecordName: NextRecordName,
            StartRecordType: NextRecordType,
            ...(NextRecordIdentifier !== undefined && { StartRecordIdentifier: NextRecordIdentifier }),
          }
        : undefined;
    }
    return found;
  }

  #epochRecord({ zone }: ZoneNames, epoch: ZoneEpoch): ResourceRecordSet {
    return {
      Name: zoneEpochName(this.#plan, zone),
      Type: 'TXT',
      TTL: epochTtlSeconds,
      ResourceRecords: [{ Value: zoneEpochValue(epoch) }],
    };
  }
}

function nameRecord({ name, target, ttlSeconds }: NameTarget): ResourceRecordSet {
  return { Name: name, Type: 'CNAME', TTL: ttlSeconds, ResourceRecords: [{ Value: target }] };
}

function isPlain(records: readonly ResourceRecordSet[]): boolean {
  return records.every((record) => record.Type === 'CNAME' && record.SetIdentifier === undefined);
}
