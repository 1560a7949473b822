import { SFNClient } from '@aws-sdk/client-sfn';
import { type Order, type OrderReply, sendOrder } from '../../lib/authority/approval-client.ts';
import { InputError } from '../../lib/plan/input-error.ts';
import { signedIn, textOf } from './credentials.ts';

export interface OrderOptions {
  readonly url: string;
  readonly execution: string;
  readonly region?: string;
  readonly json?: boolean;
}

/** Gives an order to a failover that runs and tells what became of it: exit code 0 taken, 1 refused. */
export async function giveOrder(action: Order['action'], options: OrderOptions): Promise<void> {
  const reply = await send({ action, execution: options.execution }, options);
  if (options.json === true) process.stdout.write(`${JSON.stringify({ action, ...reply }, null, 2)}\n`);
  else if (reply.status === 200) process.stdout.write(`${reply.message}\n`);
  else process.stderr.write(`lifeboat: ${explained(reply)}\n`);
  if (reply.status !== 200) process.exitCode = 1;
}

async function send(order: Order, { url, region }: OrderOptions): Promise<OrderReply> {
  const signedFor = region ?? regionOf(url);
  // The client is made for its credentials: the SDK's default chain, as every AWS tool has it.
  const { config } = new SFNClient({ region: signedFor });
  const credentials = await signedIn(config);
  try {
    return await sendOrder(order, {
      url,
      region: signedFor,
      credentials: async () => credentials,
      sha256: config.sha256,
      fetch,
      nowMs: () => Date.now(),
    });
  } catch (error) {
    throw new InputError(`${url} does not answer: ${textOf(error)}`);
  }
}

/** `https://<id>.lambda-url.<region>.on.aws/`; a signed request goes nowhere in plain text but to this machine. */
function regionOf(url: string): string {
  if (!URL.canParse(url)) throw new InputError(`--url ${url}: is no URL; the page has it`);
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'https:' && hostname !== '127.0.0.1') throw new InputError(`--url ${url}: must be https`);
  const region = /^[a-z0-9]+\.lambda-url\.([a-z0-9-]+)\.on\.aws$/.exec(hostname)?.[1];
  if (region === undefined) throw new InputError(`--url ${url}: is no function URL; name its region with --region`);
  return region;
}

function explained({ status, message }: OrderReply): string {
  if (status !== 403) return message;
  return `you may not: ${message}. Who decides needs the policy <estate>-operators-<region>`;
}
