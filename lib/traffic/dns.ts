/** Questions to the domain name system. Implementations set a time-out on each. */
export interface Dns {
  /** Host names of a zone's name servers, by the default resolver. */
  nameServersOf(zone: string): Promise<readonly string[]>;
  /** IPv4 addresses of a host, by the default resolver. */
  addressesOf(host: string): Promise<readonly string[]>;
  /** What the server at this address answers for a name's CNAME; empty when the name has none. */
  canonicalNamesAt(serverAddress: string, name: string): Promise<readonly string[]>;
  /** What the server at this address answers for a name's TXT, one text per record; empty when the name has none. */
  textsAt(serverAddress: string, name: string): Promise<readonly string[]>;
}
