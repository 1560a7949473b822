import * as nodeDns from 'node:dns';
import type { DnsRecordType, DnsResult } from '../../../../network/internet.ts';
import type { ExecutionEnvironment } from '../execution-environment.ts';
import { realmError } from '../realm.ts';
import { completed } from './refusing.ts';

/** c-ares' own: 5 s for the first try, 4 tries (https://nodejs.org/api/dns.html, `new Resolver`). */
const defaultTimeoutMs = 5000;
const defaultTries = 4;

interface ResolverOptions {
  readonly timeout?: number;
  readonly tries?: number;
}

/** node:dns/promises' Resolver: asks the servers set, or the resolver of the process's network. */
export function resolverClass(environment: ExecutionEnvironment) {
  const { realm } = environment;
  return class Resolver {
    #servers: readonly string[] = [];
    readonly #timeoutMs: number;
    readonly #tries: number;
    #outstanding = new Set<(error: Error) => void>();

    constructor(options: ResolverOptions = {}) {
      this.#timeoutMs = options.timeout !== undefined && options.timeout >= 0 ? options.timeout : defaultTimeoutMs;
      this.#tries = options.tries ?? defaultTries;
    }

    setServers(servers: readonly string[]): void {
      this.#servers = [...servers];
    }

    getServers(): readonly string[] {
      return this.#servers;
    }

    cancel(): void {
      const outstanding = this.#outstanding;
      this.#outstanding = new Set();
      for (const reject of outstanding) reject(realmError(realm, 'ECANCELLED', { code: 'ECANCELLED' }));
    }

    async resolve4(name: string, options?: { readonly ttl?: boolean }): Promise<unknown> {
      const result = await this.#query(name, 'A');
      if (options?.ttl !== true) return result.values;
      return result.values.map((address) => ({ address, ttl: result.ttlSeconds }));
    }

    async resolveCname(name: string): Promise<readonly string[]> {
      return (await this.#query(name, 'CNAME')).values;
    }

    async resolveNs(name: string): Promise<readonly string[]> {
      return (await this.#query(name, 'NS')).values;
    }

    async resolveTxt(name: string): Promise<readonly (readonly string[])[]> {
      return (await this.#query(name, 'TXT')).values.map(textPieces);
    }

    async resolve(name: string, type = 'A'): Promise<unknown> {
      if (type === 'A') return this.resolve4(name);
      if (type === 'CNAME') return this.resolveCname(name);
      if (type === 'NS') return this.resolveNs(name);
      if (type === 'TXT') return this.resolveTxt(name);
      throw realmError(realm, `not simulated: DNS queries for ${type} records`);
    }

    /** Asks each server in turn; the time per try doubles with every round, as in c-ares. */
    async #query(name: string, type: DnsRecordType): Promise<Answer> {
      const servers = this.#servers.length > 0 ? this.#servers : [undefined];
      let code = 'ETIMEOUT';
      for (let round = 0; round < this.#tries; round++) {
        for (const server of servers) {
          const result = await this.#ask(name, type, server, this.#timeoutMs * 2 ** round);
          if ('values' in result) return { values: [...result.values], ttlSeconds: result.ttlSeconds };
          code = result.code;
          if (code === 'ENOTFOUND' || code === 'ENODATA') throw this.#failure(name, type, code);
        }
      }
      throw this.#failure(name, type, code);
    }

    #failure(name: string, type: DnsRecordType, code: string): Error {
      const syscall = `query${type.charAt(0)}${type.slice(1).toLowerCase()}`;
      return realmError(realm, `${syscall} ${code} ${name}`, { code, syscall, hostname: name });
    }

    #ask(name: string, type: DnsRecordType, server: string | undefined, timeoutMs: number): Promise<DnsResult> {
      const { loop, internet, caller } = environment;
      return new realm.Promise<DnsResult>((resolve, reject) => {
        let giveUp = (): void => {};
        const finish = (act: () => void): void => {
          timer.cancel();
          giveUp();
          this.#outstanding.delete(onCancel);
          act();
        };
        const onCancel = (error: Error): void => finish(() => reject(error));
        const timer = loop.after(timeoutMs, () => finish(() => resolve({ code: 'ETIMEOUT' })));
        this.#outstanding.add(onCancel);
        loop.submit(() => {
          const query = { from: loop.name, fromRegion: caller.region, name, type, ...(server ? { server } : {}) };
          giveUp = internet.resolve(query, (result) => loop.deliver(() => finish(() => resolve(result))));
        });
      });
    }
  };
}

/** A TXT value as Route 53 holds it (`"one" "two"`) in the pieces that go over the wire; RFC 1035, section 5.1. */
function textPieces(value: string): readonly string[] {
  const quoted = [...value.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, piece = '']) => piece.replaceAll(/\\(.)/g, '$1'));
  return quoted.length > 0 ? quoted : [value];
}

interface Answer {
  readonly values: readonly string[];
  readonly ttlSeconds: number;
}

/** node:dns and node:dns/promises. Of the callback API only `lookup` is there. */
export function dnsModules(environment: ExecutionEnvironment): {
  readonly dns: Record<string, unknown>;
  readonly promises: Record<string, unknown>;
} {
  const Resolver = resolverClass(environment);
  const shared = new Resolver();
  const lookup = async (name: string): Promise<{ address: unknown; family: 4 }> => {
    const addresses = await shared.resolve4(name);
    return { address: Array.isArray(addresses) ? addresses[0] : undefined, family: 4 };
  };
  const promises = completed('dns/promises', nodeDns.promises as unknown as Record<string, unknown>, {
    Resolver,
    lookup,
    resolve: shared.resolve.bind(shared),
    resolve4: shared.resolve4.bind(shared),
    resolveCname: shared.resolveCname.bind(shared),
    resolveNs: shared.resolveNs.bind(shared),
    resolveTxt: shared.resolveTxt.bind(shared),
    setServers: shared.setServers.bind(shared),
    getServers: shared.getServers.bind(shared),
  });
  const dns = completed('dns', nodeDns as unknown as Record<string, unknown>, {
    promises,
    lookup: (name: string, ...rest: unknown[]) => {
      const done = rest.at(-1) as (error: unknown, address?: unknown, family?: number) => void;
      lookup(name).then(
        ({ address, family }) => done(null, address, family),
        (error: unknown) => done(error),
      );
    },
  });
  return { dns, promises };
}
