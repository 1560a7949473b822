import * as nodeFs from 'node:fs';
import * as nodeFsPromises from 'node:fs/promises';
import type { ExecutionEnvironment } from '../execution-environment.ts';
import { realmError } from '../realm.ts';
import { completed } from './refusing.ts';

type Encoding = string | { readonly encoding?: BufferEncoding | null } | null | undefined;
type Done = (error: Error | null, content?: string | Buffer) => void;

/** node:fs and node:fs/promises over the environment's read-only files; writing is refused by name. */
export function fileSystemModules(environment: ExecutionEnvironment): {
  readonly fs: Record<string, unknown>;
  readonly promises: Record<string, unknown>;
} {
  const { files, realm } = environment;
  const readFileSync = (path: unknown, options?: Encoding): string | Buffer => {
    const name = path instanceof URL ? path.pathname : String(path);
    const content = files.read(name);
    if (content === undefined) throw notFound(environment, 'open', name);
    const encoding = typeof options === 'string' ? options : options?.encoding;
    return encoding ? content.toString(encoding as BufferEncoding) : content;
  };
  const accessSync = (path: unknown): void => {
    if (files.find(String(path)) === undefined) throw notFound(environment, 'access', String(path));
  };
  const existsSync = (path: unknown): boolean => files.find(String(path)) !== undefined;
  const readFile = (path: unknown, ...rest: unknown[]): void => {
    const done = rest.at(-1) as Done;
    const options = rest.length > 1 ? (rest[0] as Encoding) : undefined;
    process.nextTick(() => {
      let content: string | Buffer;
      try {
        content = readFileSync(path, options);
      } catch (error) {
        done(error as Error);
        return;
      }
      done(null, content);
    });
  };
  const inPromise =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): Promise<R> =>
      new realm.Promise<R>((resolve) => resolve(work(...args)));
  const promises = completed('fs/promises', nodeFsPromises, {
    readFile: inPromise(readFileSync),
    access: inPromise(accessSync),
    constants: nodeFs.constants,
  });
  const fs = completed('fs', nodeFs, {
    ...{ readFileSync, readFile, existsSync, accessSync, promises },
    constants: nodeFs.constants,
  });
  return { fs, promises };
}

function notFound({ realm }: ExecutionEnvironment, syscall: string, path: string): Error {
  const members = { errno: -2, code: 'ENOENT', syscall, path };
  return realmError(realm, `ENOENT: no such file or directory, ${syscall} '${path}'`, members);
}
