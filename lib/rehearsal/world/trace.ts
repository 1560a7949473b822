import { createHmac } from 'node:crypto';

/** One call as it reached the world. `error` is what the caller got instead of `output`. */
export interface TraceEntry {
  readonly atMs: number;
  readonly caller: string;
  readonly region: string;
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
  readonly output?: unknown;
  readonly error?: { readonly name: string; readonly message: string };
}

export type TraceListener = (entry: TraceEntry) => void;

/**
 * Members that the SDK's service models mark with the sensitive trait, of the services that the world simulates
 * (SDK package suffix → member names): SFN's `SensitiveData`, KMS plaintexts, SNS phone numbers, STS secrets.
 */
const sensitiveMembers: Readonly<Record<string, ReadonlySet<string>>> = {
  sfn: new Set(['input', 'output', 'cause', 'error', 'definition']),
  kms: new Set(['Plaintext']),
  sns: new Set(['PhoneNumber']),
  sts: new Set(['SecretAccessKey']),
  lambda: new Set(['Payload']),
  eks: new Set(['token']),
};
/** Headers, query parameters and attributes that carry credentials, whatever the service; who has a task token decides. */
const secretNames = new Set(['authorization', 'x-amz-security-token', 'tasktoken']);

/**
 * Writes trace entries as JSON lines: members in a stable order, dates in ISO 8601, bytes in base64, what is sensitive
 * as `hmac-sha256:…` under a key that comes from the seed (equal values stay recognisable, none can be read).
 */
export class TraceWriter {
  readonly #key: string;
  constructor(seed: number) {
    this.#key = `trace/${seed}`;
  }

  line(entry: TraceEntry): string {
    const sensitive = sensitiveMembers[entry.service] ?? new Set<string>();
    const isSecret = entry.service === 'kubernetes' && aboutSecrets(entry.input);
    return JSON.stringify({
      t: new Date(entry.atMs).toISOString(),
      caller: entry.caller,
      region: entry.region,
      service: entry.service,
      operation: entry.operation,
      input: this.#render(entry.input, sensitive, isSecret),
      ...(entry.error === undefined
        ? { output: this.#render(entry.output ?? {}, sensitive, isSecret) }
        : { error: entry.error }),
    });
  }

  #hash(value: unknown): string {
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('base64') : JSON.stringify(value);
    return `hmac-sha256:${createHmac('sha256', this.#key).update(text).digest('hex')}`;
  }

  #render(value: unknown, sensitive: ReadonlySet<string>, isSecret: boolean): unknown {
    if (value === null || typeof value !== 'object') return typeof value === 'bigint' ? value.toString() : value;
    if (value instanceof Date) return value.toISOString();
    if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
    if (Array.isArray(value)) return value.map((item) => this.#render(item, sensitive, isSecret));
    const out: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
      if (member === undefined || typeof member === 'function') continue;
      const hide = sensitive.has(name) || secretNames.has(name.toLowerCase()) || (isSecret && name === 'body');
      out[name] = hide ? this.#hash(member) : this.#render(member, sensitive, isSecret);
    }
    return out;
  }
}

function aboutSecrets(input: unknown): boolean {
  return (
    typeof input === 'object' &&
    input !== null &&
    'path' in input &&
    typeof input.path === 'string' &&
    /\/secrets(\/|\?|$)/.test(input.path)
  );
}
