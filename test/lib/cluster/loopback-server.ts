import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Its own authority, for localhost alone, valid until 2126; its key protects nothing. */
const certificate = new URL('../../fixtures/tls/server.crt', import.meta.url);
const key = new URL('../../fixtures/tls/server.key', import.meta.url);

export interface SeenRequest {
  readonly method: string;
  /** Path and query as they came over the wire. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly json?: unknown;
  readonly text?: string;
}

export type Script = (request: SeenRequest, response: ServerResponse) => Answer | undefined;

/** A real HTTPS server on the loopback interface that answers as a test scripts it; undefined: the script answers itself. */
export class LoopbackServer {
  readonly seen: SeenRequest[] = [];
  readonly ca = readFileSync(certificate, 'utf8');
  script: Script = () => ({});
  readonly #server: Server;

  private constructor() {
    this.#server = createServer({ cert: this.ca, key: readFileSync(key) }, (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const seen = { method, url, headers, body: Buffer.concat(chunks).toString('utf8') };
        this.seen.push(seen);
        const answer = this.script(seen, response);
        if (answer === undefined) return;
        const type = answer.text === undefined ? 'application/json' : 'text/plain';
        response.writeHead(answer.status ?? 200, { 'content-type': type });
        response.end(answer.text ?? JSON.stringify(answer.json ?? {}));
      });
    });
  }

  static async start(): Promise<LoopbackServer> {
    const server = new LoopbackServer();
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get endpoint(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
