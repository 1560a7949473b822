import { channel } from 'node:diagnostics_channel';

/** What every client of the AWS SDK for JavaScript v3 is made with. */
export interface AwsClientConfiguration {
  readonly region: string;
  readonly maxAttempts: number;
  readonly endpoint?: string;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
}

export interface AwsClientOptions {
  readonly region: string;
  /** To connect, TLS included. Default 1000: a region away is 300 ms at most, so a second is a dead path. */
  readonly connectionTimeoutMs?: number;
  /** From the request to the end of the answer, per attempt. Default 3000. */
  readonly requestTimeoutMs?: number;
  /** The first attempt included. Default 3. */
  readonly maxAttempts?: number;
  /** URL to ask in place of the service's own in the region. */
  readonly endpoint?: string;
}

interface SdkClient {
  readonly middlewareStack: { remove(middlewareName: string): boolean };
}

const clients = channel('lifeboat:aws-client');

/**
 * Makes an AWS SDK client that never waits without a limit, and publishes it as `{ client }` on the diagnostics
 * channel `lifeboat:aws-client`. Whoever subscribes before the first client is made can add middleware to
 * `client.middlewareStack`: that is how tracing and the rehearsal get at calls without the functions knowing.
 *
 * `throwOnRequestTimeout`: without it the SDK's HTTP handler only warns when `requestTimeout` has passed
 * (NodeHttpHandlerOptions in @smithy/types).
 */
export function awsClient<Client extends SdkClient>(
  Ctor: new (configuration: AwsClientConfiguration) => Client,
  options: AwsClientOptions,
): Client {
  const client = new Ctor({
    region: options.region,
    maxAttempts: options.maxAttempts ?? 3,
    ...(options.endpoint !== undefined && { endpoint: options.endpoint }),
    requestHandler: {
      connectionTimeout: options.connectionTimeoutMs ?? 1000,
      requestTimeout: options.requestTimeoutMs ?? 3000,
      throwOnRequestTimeout: true,
    },
  });
  // It copies and filters the input and output of every call for a logger that our clients don't have.
  client.middlewareStack.remove('loggerMiddleware');
  clients.publish({ client });
  return client;
}
