import type { Dns } from './dns.ts';

export interface ExpectedName {
  readonly name: string;
  readonly zone: string;
  /** Host name that the name must point at. */
  readonly target: string;
}

export interface NameVerification {
  readonly name: string;
  readonly expected: string;
  /** What the zone's name servers said, each distinct answer once, sorted: host names, `none`, or `no answer`. */
  readonly answers: readonly string[];
  readonly verified: boolean;
}

const nothing = 'none';
const silence = 'no answer';

/**
 * Asks every name server of the zones directly, so that no resolver's cache stands between. A name is verified when
 * most of its zone's name servers answered and every answer was the expected one: one dead server out of four doesn't
 * hold up a failover, one that says something else does.
 */
export async function verifyNames(names: readonly ExpectedName[], dns: Dns): Promise<NameVerification[]> {
  const zones = [...new Set(names.map((name) => name.zone))];
  const servers = new Map(
    await Promise.all(zones.map(async (zone) => [zone, await serverAddresses(zone, dns)] as const)),
  );
  return Promise.all(names.map((name) => verifyName(name, servers.get(name.zone) ?? [], dns)));
}

async function verifyName(
  { name, target }: ExpectedName,
  servers: readonly (string | undefined)[],
  dns: Dns,
): Promise<NameVerification> {
  const answers = await Promise.all(
    servers.map(async (server) => {
      if (server === undefined) return silence;
      try {
        const targets = await dns.canonicalNamesAt(server, name);
        return targets[0] === undefined ? nothing : canonical(targets[0]);
      } catch {
        // A time-out or a refusal of one server: said in the answers, weighed below.
        return silence;
      }
    }),
  );
  const heard = answers.filter((answer) => answer !== silence);
  const expected = canonical(target);
  return {
    name,
    expected: target,
    answers: servers.length === 0 ? [silence] : [...new Set(answers)].sort(),
    verified: heard.length > servers.length / 2 && heard.every((answer) => answer === expected),
  };
}

/** One address per name server of the zone; undefined for one whose address can't be found. Empty: no name server is known. */
export async function serverAddresses(zone: string, dns: Dns): Promise<(string | undefined)[]> {
  let hosts: readonly string[];
  try {
    hosts = await dns.nameServersOf(zone);
  } catch {
    return [];
  }
  return Promise.all(
    [...hosts].sort().map(async (host) => {
      try {
        return (await dns.addressesOf(host))[0];
      } catch {
        return undefined;
      }
    }),
  );
}

/** Names are compared without regard to case and the root's dot (RFC 4343, RFC 1034 section 3.1). */
function canonical(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}
