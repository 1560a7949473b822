import { Resolver } from 'node:dns/promises';
import type { Dns } from './dns.ts';

/** Per question: two tries of a second; a Route 53 name server answers within tens of milliseconds. */
const options = { timeout: 1000, tries: 2 };

/** An authoritative «there is none»: an answer and not a failure (https://nodejs.org/api/dns.html#error-codes). */
const emptyAnswers = new Set(['ENODATA', 'ENOTFOUND']);

export function nodeDns(): Dns {
  const resolver = new Resolver(options);
  return {
    nameServersOf: (zone) => resolver.resolveNs(zone),
    addressesOf: (host) => resolver.resolve4(host),
    canonicalNamesAt: (serverAddress, name) => at(serverAddress, (server) => server.resolveCname(name)),
    // A record's text comes in pieces of at most 255 bytes (RFC 1035, section 3.3.14).
    textsAt: (serverAddress, name) =>
      at(serverAddress, async (server) => (await server.resolveTxt(name)).map((pieces) => pieces.join(''))),
  };
}

async function at(
  serverAddress: string,
  ask: (server: Resolver) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const server = new Resolver(options);
  server.setServers([serverAddress]);
  try {
    return await ask(server);
  } catch (error) {
    if (isEmptyAnswer(error)) return [];
    throw error;
  }
}

function isEmptyAnswer(error: unknown): boolean {
  // By its code and not by its class: Node's errors may be of another realm than this code.
  return typeof error === 'object' && error !== null && 'code' in error && emptyAnswers.has(String(error.code));
}
