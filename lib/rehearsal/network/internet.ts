/** One HTTP request of a process in the world. */
export interface HttpRequest {
  /** Unique name of the process, for order and traces. */
  readonly from: string;
  readonly fromRegion: string;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Where the process is connected to already; absent: wherever the URL's host name leads now. */
  readonly address?: string;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** `code` as Node's network errors have it: ENOTFOUND, ECONNREFUSED, ECONNRESET. */
export type HttpResult = { readonly response: HttpResponse } | { readonly code: string };

/** Something that answers under host names: a function URL, an API server, a load balancer. */
export interface HttpHost {
  readonly region: string;
  /** Called when the request arrives; `respond` now or at a later virtual instant. */
  handle(request: HttpRequest, respond: (response: HttpResponse) => void): void;
}

export type DnsRecordType = 'A' | 'CNAME' | 'NS' | 'TXT';

export interface DnsQuery {
  readonly from: string;
  readonly fromRegion: string;
  /** IP address of the name server asked; absent: the recursive resolver of the process's network (caches by TTL). */
  readonly server?: string;
  readonly name: string;
  readonly type: DnsRecordType;
}

/** `code` as Node's dns errors have it: ENOTFOUND, ENODATA, ESERVFAIL, ETIMEOUT. */
export type DnsResult = { readonly values: readonly string[]; readonly ttlSeconds: number } | { readonly code: string };

/**
 * Names and HTTP in the world. A request to a region that is dark gets no answer at all (`respond` is never called):
 * whoever asks needs a time-out of its own, as in life.
 */
export interface Internet {
  /** Returns a function that gives the request up. */
  request(request: HttpRequest, respond: (result: HttpResult) => void): () => void;
  resolve(query: DnsQuery, respond: (result: DnsResult) => void): () => void;
  registerHost(hostName: string, host: HttpHost): void;
}
