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
    canonicalNamesAt: async (serverAddress, name) => {
      const server = new Resolver(options);
      server.setServers([serverAddress]);
      try {
        return await server.resolveCname(name);
      } catch (error) {
        if (isEmptyAnswer(error)) return [];
        throw error;
      }
    },
  };
}

function isEmptyAnswer(error: unknown): boolean {
  // By its code and not by its class: Node's errors may be of another realm than this code.
  return typeof error === 'object' && error !== null && 'code' in error && emptyAnswers.has(String(error.code));
}
