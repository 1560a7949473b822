import type { DnsRecordType } from './internet.ts';

/** What a name server says of a name: records (of the type asked for, or a CNAME instead), or that there are none. */
export type AuthoritativeAnswer =
  | {
      readonly kind: 'records';
      readonly type: DnsRecordType;
      readonly values: readonly string[];
      readonly ttlSeconds: number;
    }
  /** The name exists, without records of this type. */
  | { readonly kind: 'no-data'; readonly ttlSeconds: number }
  | { readonly kind: 'no-such-name'; readonly ttlSeconds: number };

export interface NameQuestion {
  /** IP address of the name server. */
  readonly serverAddress: string;
  readonly name: string;
  readonly type: DnsRecordType;
  /** Where whoever asks is, a region or a network outside: a resolver's place, not its client's. */
  readonly from: string;
}

/** Name servers that hold zones: Route 53 in the world. */
export interface NameAuthority {
  /** Addresses of the name servers of the zone that holds `name`; undefined when no zone here does. */
  serversFor(name: string): readonly string[] | undefined;
  /** What the name server answers; undefined when there is none, or it doesn't hold the name's zone. */
  ask(question: NameQuestion): AuthoritativeAnswer | undefined;
  /** Address of a name server by its host name. */
  addressOf(hostName: string): string | undefined;
}
