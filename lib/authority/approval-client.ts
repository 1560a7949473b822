import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, ChecksumConstructor, HashConstructor, Provider } from '@smithy/types';

/** What a person tells a failover that runs. */
export interface Order {
  readonly action: 'approve' | 'reject' | 'abort';
  /** Name of the execution, as the page has it. */
  readonly execution: string;
}

export interface OrderReply {
  /** HTTP status: 200 taken, 403 not allowed to, 404 no such execution, 409 too late. */
  readonly status: number;
  readonly outcome: string;
  readonly message: string;
}

export interface ApprovalClientOptions {
  /** Function URL of record-approval. */
  readonly url: string;
  readonly region: string;
  readonly credentials: Provider<AwsCredentialIdentity>;
  readonly sha256: ChecksumConstructor | HashConstructor;
  readonly fetch: (url: string, request: RequestInit) => Promise<Response>;
  readonly nowMs: () => number;
}

/** Longer than the function may run. */
const timeoutMs = 35_000;

/** Sends an order, signed (function URLs are signed for service `lambda`), and gives the answer, whatever it is. */
export async function sendOrder(order: Order, options: ApprovalClientOptions): Promise<OrderReply> {
  const { credentials, region, sha256, nowMs } = options;
  const url = new URL(options.url);
  const body = JSON.stringify(order);
  const signer = new SignatureV4({ credentials, region, service: 'lambda', sha256 });
  const request = {
    protocol: url.protocol,
    hostname: url.hostname,
    method: 'POST',
    path: '/',
    query: {},
    headers: { host: url.host, 'content-type': 'application/json' },
    body,
  };
  const { headers } = await signer.sign(request, { signingDate: new Date(nowMs()) });
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await options.fetch(new URL('/', url).href, { method: 'POST', headers, body, signal });
  return replyOf(response.status, await response.text());
}

function replyOf(status: number, text: string): OrderReply {
  const said = membersOf(text);
  const outcome = typeof said.outcome === 'string' ? said.outcome : 'refused';
  // AWS itself answers with `Message`, our function with `message`.
  const message = [said.message, said.Message].find((one) => typeof one === 'string') ?? text;
  return { status, outcome, message: String(message) };
}

function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
