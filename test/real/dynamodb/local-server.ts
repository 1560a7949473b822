import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from '@aws-sdk/client-dynamodb';
import type { DynamoDbServer } from './tables.ts';

const version = '2.6.1';
const copyDependencies = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';
const fetchTimeoutMs = 10 * 60_000;
const startTimeoutMs = 60_000;
const run = promisify(execFile);

export interface LocalServer extends DynamoDbServer {
  stop(): Promise<void>;
}

/** DynamoDB Local can't be had here; the message says what is missing. */
export class ServerMissing extends Error {
  override readonly name = 'ServerMissing';
}

/** Starts DynamoDB Local, in memory, on a free port. ServerMissing without Java, or without Maven or network to get it. */
export async function startDynamoDbLocal(): Promise<LocalServer> {
  await run('java', ['-version']).catch(() => {
    throw new ServerMissing('no Java 17 or later (java)');
  });
  const folder = await fetched();
  const port = await freePort();
  const server = spawn('java', javaArguments(folder, port), { cwd: tmpdir(), stdio: 'ignore' });
  const endpoint = `http://127.0.0.1:${port}`;
  await untilAnswering(server, endpoint);
  const credentials = { accessKeyId: 'nobody', secretAccessKey: 'none' };
  const client = new DynamoDBClient({ region: 'eu-west-1', endpoint, credentials });
  return {
    client,
    createTable: async (TableName, definition) => {
      await client.send(new CreateTableCommand({ TableName, ...definition }));
      await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 1 }, { TableName });
    },
    stop: async () => {
      client.destroy();
      const ended = new Promise((resolve) => server.once('exit', resolve));
      server.kill();
      await ended;
    },
  };
}

function javaArguments(folder: string, port: number): string[] {
  return [
    ...['-Xmx256m', `-Djava.library.path=${folder}`, '-cp', join(folder, '*')],
    ...['com.amazonaws.services.dynamodbv2.local.main.ServerRunner', '-inMemory', '-sharedDb'],
    ...['-disableTelemetry', '-port', String(port)],
  ];
}

/** The folder with the server's archives, from Maven Central the first time. */
async function fetched(): Promise<string> {
  const cache = process.env.LIFEBOAT_CACHE ?? join(homedir(), '.cache', 'lifeboat');
  const folder = join(cache, `dynamodb-local-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const partial = `${folder}.${process.pid}`;
  const pom = join(import.meta.dirname, 'pom.xml');
  const options = [`-DdynamodbLocalVersion=${version}`, '-DincludeScope=runtime', `-DoutputDirectory=${partial}`];
  try {
    await run('mvn', ['-B', '-q', '-f', pom, copyDependencies, ...options], { timeout: fetchTimeoutMs });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ServerMissing(code === 'ENOENT' ? 'no Maven (mvn)' : `Maven could not fetch it: ${message}`);
  }
  return folder;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function untilAnswering(server: ChildProcess, endpoint: string): Promise<void> {
  const untilMs = Date.now() + startTimeoutMs;
  while (Date.now() < untilMs) {
    if (server.exitCode !== null) throw new Error(`DynamoDB Local ended with ${server.exitCode}`);
    if (
      await fetch(endpoint).then(
        () => true,
        () => false,
      )
    )
      return;
    await sleep(200);
  }
  server.kill();
  throw new Error(`DynamoDB Local didn't answer within ${startTimeoutMs} ms`);
}
