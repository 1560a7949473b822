import type { RandomStream } from '../../kernel/random-stream.ts';
import type { DnsRecordType } from '../../network/internet.ts';
import type { AuthoritativeAnswer } from '../../network/name-authority.ts';
import { normalName, type RecordSet, recordSetKey } from './record-set.ts';
import { chosenRecord } from './routing-policy.ts';

/**
 * How long a resolver remembers that a name isn't there: the smaller of the SOA record's time to live (900 s) and its
 * minimum (86,400 s), as Route 53 creates it. Route 53 developer guide, "NS and SOA records".
 */
const negativeTtlSeconds = 900;
/** Of the NS record that Route 53 creates: two days (same page). */
const nameServerTtlSeconds = 172_800;
const topLevelDomains = ['com', 'net', 'org', 'co.uk'] as const;

/** What a zone needs to know to choose among the record sets of one name. */
export interface AnswerSources {
  healthy(healthCheckId: string): boolean;
  /** In [0, 1). */
  chance(): number;
  /** From whoever asks to an AWS region, in milliseconds. */
  latencyMs(region: string): number;
  /** Address of a host of AWS (a load balancer) that an alias points to. */
  addressOfHost(hostName: string): string | undefined;
}

/** A public hosted zone with its four name servers; `records` is what the name servers answer from. */
export class HostedZone {
  readonly id: string;
  readonly name: string;
  /** Four, by host name: the delegation set. */
  readonly nameServers: readonly { readonly hostName: string; readonly address: string }[];
  #records = new Map<string, RecordSet>();

  constructor(id: string, name: string, random: RandomStream) {
    this.id = id;
    this.name = normalName(name);
    const first = random.integer(0, 500);
    this.nameServers = topLevelDomains.map((domain, index) => ({
      hostName: `ns-${first + index * 512}.awsdns-${String((first >> 3) + index).padStart(2, '0')}.${domain}`,
      address: `205.251.${192 + 2 * index}.${first % 256}`,
    }));
  }

  get records(): ReadonlyMap<string, RecordSet> {
    return this.#records;
  }

  put(record: RecordSet): void {
    this.#records.set(recordSetKey(record), record);
  }

  replaceAll(records: ReadonlyMap<string, RecordSet>): void {
    this.#records = new Map(records);
  }

  holds(name: string): boolean {
    return name === this.name || name.endsWith(`.${this.name}`);
  }

  answer(name: string, type: DnsRecordType, sources: AnswerSources): AuthoritativeAnswer {
    if (name === this.name && type === 'NS') {
      const values = this.nameServers.map((server) => server.hostName);
      return { kind: 'records', type: 'NS', values, ttlSeconds: nameServerTtlSeconds };
    }
    const ofName = [...this.#records.values()].filter((record) => record.name === name);
    if (ofName.length === 0 && name !== this.name) return { kind: 'no-such-name', ttlSeconds: negativeTtlSeconds };
    const wanted = ofName.filter((record) => record.type === type);
    const group = wanted.length > 0 ? wanted : ofName.filter((record) => record.type === 'CNAME');
    const chosen = this.#choose(group, sources);
    if (chosen === undefined) return { kind: 'no-data', ttlSeconds: negativeTtlSeconds };
    const values = chosen.alias === undefined ? chosen.values : this.#throughAlias(chosen, sources);
    return { kind: 'records', type: chosen.type, values, ttlSeconds: chosen.ttlSeconds };
  }

  /** A record without a health check is always healthy (same page of the guide as `chosenRecord`'s). */
  #choose(group: readonly RecordSet[], sources: AnswerSources): RecordSet | undefined {
    return chosenRecord(group, {
      chance: sources.chance,
      latencyMs: sources.latencyMs,
      healthy: (record) =>
        (record.healthCheckId === undefined || sources.healthy(record.healthCheckId)) &&
        (record.alias?.evaluateTargetHealth !== true || this.#throughAlias(record, sources).length > 0),
    });
  }

  /** An alias gives the answer of what it points to: a record of this zone, or a host of AWS. */
  #throughAlias(record: RecordSet, sources: AnswerSources): readonly string[] {
    const target = normalName(record.alias?.dnsName ?? '');
    if (this.holds(target) && target !== record.name) {
      const answer = this.answer(target, record.type, sources);
      return answer.kind === 'records' ? answer.values : [];
    }
    const address = sources.addressOfHost(target);
    return address === undefined ? [] : [address];
  }
}
