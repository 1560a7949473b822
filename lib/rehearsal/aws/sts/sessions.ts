import type { RandomStream } from '../../kernel/random-stream.ts';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
}

export interface Session {
  /** ARN of the role that the credentials were given out for. */
  readonly principal: string;
  /** What the one who assumed the role called the session; functions' sessions are told apart by nobody. */
  readonly name: string | undefined;
  readonly credentials: Credentials;
  /** Presigned requests (cluster and URL) whose signature was found right: a token is sent with every request. */
  readonly verified: Set<string>;
}

/** Temporary credentials that were given out, and whose they are. */
export class Sessions {
  readonly #random: RandomStream;
  readonly #sessions = new Map<string, Session>();
  readonly #secrets = new Set<string>();

  constructor(random: RandomStream) {
    this.#random = random;
  }

  /** Credentials of a role; the prefix ASIA is that of temporary keys (IAM User Guide, «Unique identifiers»). */
  issue(principal: string, name?: string): Credentials {
    const credentials = {
      accessKeyId: `ASIA${this.#random.hex(16).toUpperCase()}`,
      secretAccessKey: this.#random.hex(40),
      sessionToken: this.#random.hex(64),
    };
    this.#secrets.add(credentials.secretAccessKey).add(credentials.sessionToken);
    this.#sessions.set(credentials.accessKeyId, { principal, name, credentials, verified: new Set() });
    return credentials;
  }

  /** Is this the secret key or the session token of credentials that were given out? */
  isSecret(value: string): boolean {
    return this.#secrets.has(value);
  }

  find(accessKeyId: string): Session | undefined {
    return this.#sessions.get(accessKeyId);
  }
}
