import type { Weather } from '../aws/service.ts';
import type { Kernel } from '../kernel/kernel.ts';
import { roundTripMs } from './distance.ts';
import type {
  DnsQuery,
  DnsRecordType,
  DnsResult,
  HttpHost,
  HttpRequest,
  HttpResponse,
  HttpResult,
  Internet,
} from './internet.ts';
import type { AuthoritativeAnswer, NameAuthority } from './name-authority.ts';
import { RecursiveResolver } from './recursive-resolver.ts';

/** One look-up or request, told when it has ended. `error` NoAnswer: given up after silence. */
export interface NetworkCall {
  readonly atMs: number;
  readonly caller: string;
  /** Where the caller is. */
  readonly region: string;
  readonly service: 'dns' | 'http';
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly name: string; readonly message: string };
}

/** A host whose requests are told by itself, in its own words (an API server). */
export interface SelfTracingHost extends HttpHost {
  readonly tracesItself: true;
}

export interface SimulatedInternetOptions {
  readonly kernel: Kernel;
  readonly weather: Pick<Weather, 'regionUp' | 'reachable'>;
}

/** Cached answers come from the resolver beside the process. */
const cachedAnswerMs = 1;
/** Name servers answer from the nearest edge (Route 53 developer guide: anycast, 4 name servers per zone). Unverified: network.name-server-answer. */
const nameServerMs = 12;
/** Load balancer host names in AWS have a time to live of 60 s (Elastic Load Balancing user guide). */
const hostTtlSeconds = 60;

/** Names and HTTP between the places of the world; silence where a region is dark or a path is cut. */
export class SimulatedInternet implements Internet {
  readonly #kernel: Kernel;
  readonly #weather: SimulatedInternetOptions['weather'];
  readonly #hosts = new Map<string, HttpHost>();
  readonly #hostsByAddress = new Map<string, HttpHost>();
  readonly #addresses = new Map<string, string>();
  readonly #authorities: NameAuthority[] = [];
  readonly #resolvers = new Map<string, RecursiveResolver>();
  readonly #minimumTtlSeconds = new Map<string, number>();
  readonly #listeners: ((call: NetworkCall) => void)[] = [];

  constructor(options: SimulatedInternetOptions) {
    this.#kernel = options.kernel;
    this.#weather = options.weather;
  }

  /** The host gets an address of 198.18.0.0/15, which RFC 2544 sets aside for tests. */
  registerHost(hostName: string, host: HttpHost): void {
    const number = this.#addresses.size + 1;
    const address = this.#addresses.get(hostName) ?? `198.18.${number >> 8}.${number & 255}`;
    this.#addresses.set(hostName, address);
    this.#hosts.set(hostName, host);
    this.#hostsByAddress.set(address, host);
  }

  /** Address of a registered host. */
  addressOfHost(hostName: string): string | undefined {
    return this.#addresses.get(hostName);
  }

  /** The network's resolver keeps every answer for so long at the least, from its first question on. */
  setMinimumTtl(network: string, seconds: number): void {
    this.#minimumTtlSeconds.set(network, seconds);
  }

  /** Where the network's resolver sends whoever asks for the name now; told to nobody and sent to no process. */
  addressFor(hostName: string, network: string): string | undefined {
    const { result } = this.#resolver(network).resolve(hostName, 'A');
    return 'values' in result ? result.values[0] : undefined;
  }

  /** Region of the host at `addressFor`. */
  regionOf(hostName: string, network: string): string | undefined {
    return this.#hostsByAddress.get(this.addressFor(hostName, network) ?? '')?.region;
  }

  addNameAuthority(authority: NameAuthority): void {
    this.#authorities.push(authority);
  }

  /** Look-ups that a resolver answered from its cache on behalf of a request aren't told. */
  onCall(listener: (call: NetworkCall) => void): void {
    this.#listeners.push(listener);
  }

  resolve(query: DnsQuery, respond: (result: DnsResult) => void): () => void {
    const atMs = this.#kernel.nowMs;
    let over = false;
    const end = (result: DnsResult | undefined) => {
      if (over) return;
      over = true;
      this.#tellLookUp(query, atMs, result);
      if (result !== undefined) respond(result);
    };
    if (this.#placeUp(query.fromRegion)) {
      const { result, delayMs } = this.#lookUpFor(query);
      this.#kernel.after(delayMs, 'dns answer', () => {
        if (this.#placeUp(query.fromRegion)) end(result);
      });
    }
    return () => end(undefined);
  }

  request(request: HttpRequest, respond: (result: HttpResult) => void): () => void {
    const atMs = this.#kernel.nowMs;
    let over = false;
    const end = (result: HttpResult | undefined) => {
      if (over) return;
      over = true;
      const answeredByItself = result !== undefined && 'response' in result && toldElsewhere;
      if (!answeredByItself) this.#tellRequest(request, atMs, result);
      if (result !== undefined) respond(result);
    };
    const toldElsewhere = this.#placeUp(request.fromRegion) && this.#send(request, end, () => over);
    return () => end(undefined);
  }

  /** Whether the host tells of the request itself. */
  #send(request: HttpRequest, end: (result: HttpResult) => void, over: () => boolean): boolean {
    const hostName = new URL(request.url).hostname;
    const found = this.#hostOf(hostName, request);
    if (found.host === undefined) {
      this.#kernel.after(found.delayMs, 'dns answer', () => end({ code: 'ENOTFOUND' }));
      return false;
    }
    const host = found.host;
    const tripMs = this.#jittered(roundTripMs(request.fromRegion, host.region)) / 2;
    this.#kernel.after(found.delayMs + tripMs, 'http request', () => {
      if (over() || !this.#pathOpen(request.fromRegion, host.region)) return;
      const headers = request.headers.host === undefined ? { ...request.headers, host: hostName } : request.headers;
      host.handle({ ...request, headers }, (response: HttpResponse) => {
        this.#kernel.after(tripMs, 'http response', () => {
          if (this.#pathOpen(request.fromRegion, host.region)) end({ response });
        });
      });
    });
    return 'tracesItself' in host;
  }

  /** The host that a name stands for now, through the aliases that the caller's resolver knows. */
  #hostOf(hostName: string, request: HttpRequest): { readonly host: HttpHost | undefined; readonly delayMs: number } {
    if (request.address !== undefined) return { host: this.#hostsByAddress.get(request.address), delayMs: 0 };
    const known = this.#hosts.get(hostName);
    if (known !== undefined) return { host: known, delayMs: cachedAnswerMs };
    const { result, fromCache } = this.#resolver(request.fromRegion).resolve(hostName, 'A');
    let delayMs = cachedAnswerMs;
    if (!fromCache) {
      delayMs += this.#jittered(nameServerMs);
      const query: DnsQuery = { from: request.from, fromRegion: request.fromRegion, name: hostName, type: 'A' };
      this.#tellLookUp(query, this.#kernel.nowMs, result);
    }
    const address = 'values' in result ? (result.values[0] ?? '') : '';
    return { host: this.#hostsByAddress.get(address), delayMs };
  }

  #lookUpFor(query: DnsQuery): { readonly result: DnsResult; readonly delayMs: number } {
    const name = withoutDot(query.name);
    if (query.server === undefined) {
      const { result, fromCache } = this.#resolver(query.fromRegion).resolve(name, query.type);
      return { result, delayMs: fromCache ? cachedAnswerMs : cachedAnswerMs + this.#jittered(nameServerMs) };
    }
    for (const authority of this.#authorities) {
      const question = { serverAddress: query.server, name, type: query.type, from: query.fromRegion };
      const answer = authority.ask(question);
      if (answer !== undefined) return { result: resultOf(answer, query.type), delayMs: this.#jittered(nameServerMs) };
    }
    return { result: { code: 'EREFUSED' }, delayMs: this.#jittered(nameServerMs) };
  }

  #resolver(network: string): RecursiveResolver {
    let resolver = this.#resolvers.get(network);
    if (resolver === undefined) {
      resolver = new RecursiveResolver({
        nowMs: () => this.#kernel.nowMs,
        lookUp: (name, type) => this.#askWhoHolds(name, type, network),
        minimumTtlSeconds: this.#minimumTtlSeconds.get(network) ?? 0,
      });
      this.#resolvers.set(network, resolver);
    }
    return resolver;
  }

  #askWhoHolds(name: string, type: DnsRecordType, from: string): AuthoritativeAnswer | undefined {
    const address = this.#addresses.get(name) ?? this.#nameServerAddress(name);
    if (address !== undefined) {
      return type === 'A'
        ? { kind: 'records', type: 'A', values: [address], ttlSeconds: hostTtlSeconds }
        : { kind: 'no-data', ttlSeconds: hostTtlSeconds };
    }
    for (const authority of this.#authorities) {
      const serverAddress = authority.serversFor(name)?.[0];
      if (serverAddress !== undefined) return authority.ask({ serverAddress, name, type, from });
    }
    return undefined;
  }

  #nameServerAddress(hostName: string): string | undefined {
    for (const authority of this.#authorities) {
      const address = authority.addressOf(hostName);
      if (address !== undefined) return address;
    }
    return undefined;
  }

  #placeUp(place: string): boolean {
    return this.#weather.regionUp(place);
  }

  #pathOpen(from: string, to: string): boolean {
    return this.#placeUp(from) && this.#placeUp(to) && this.#weather.reachable(from, to);
  }

  #jittered(medianMs: number): number {
    return medianMs * this.#kernel.random('internet').between(0.9, 1.2);
  }

  #tellLookUp(query: DnsQuery, atMs: number, result: DnsResult | undefined): void {
    const { from, fromRegion, server, name, type } = query;
    this.#tell({
      atMs,
      caller: from,
      region: fromRegion,
      service: 'dns',
      operation: 'Resolve',
      input: server === undefined ? { name, type } : { name, type, server },
      ...(result === undefined
        ? { error: { name: 'NoAnswer', message: 'given up' } }
        : 'code' in result
          ? { error: { name: result.code, message: `${type} ${name}` } }
          : { output: { values: result.values, ttlSeconds: result.ttlSeconds } }),
    });
  }

  #tellRequest(request: HttpRequest, atMs: number, result: HttpResult | undefined): void {
    this.#tell({
      atMs,
      caller: request.from,
      region: request.fromRegion,
      service: 'http',
      operation: request.method,
      input: { url: withoutQuery(request.url) },
      ...(result === undefined
        ? { error: { name: 'NoAnswer', message: 'given up' } }
        : 'code' in result
          ? { error: { name: result.code, message: new URL(request.url).hostname } }
          : { output: { status: result.response.status } }),
    });
  }

  #tell(call: NetworkCall): void {
    for (const listener of this.#listeners) listener(call);
  }
}

function resultOf(answer: AuthoritativeAnswer, type: DnsRecordType): DnsResult {
  if (answer.kind === 'no-such-name') return { code: 'ENOTFOUND' };
  if (answer.kind === 'no-data' || answer.type !== type) return { code: 'ENODATA' };
  return { values: answer.values, ttlSeconds: answer.ttlSeconds };
}

function withoutDot(name: string): string {
  return (name.endsWith('.') ? name.slice(0, -1) : name).toLowerCase();
}

/** A query may carry a token (presigned URLs), which no trace may hold. */
function withoutQuery(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? url : url.slice(0, at);
}
