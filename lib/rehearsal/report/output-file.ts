import {
  accessSync,
  closeSync,
  constants,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { InputError } from '../../plan/input-error.ts';

/** So many characters are kept before they are written. */
const bufferedCharacters = 1 << 20;

const standardOutputNames = ['/dev/stdout', '/dev/fd/1', '/proc/self/fd/1'];

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'there is no space left',
  EDQUOT: 'there is no space left',
  ENXIO: 'it is a pipe and nobody reads it',
  EACCES: "it can't be written (EACCES); name a file that is yours",
  EROFS: 'its disk is read-only; name a file elsewhere',
};

/**
 * A file that appears whole or not at all: written beside its place and renamed when it is complete. Devices and pipes
 * are never replaced: they get everything at once in the end. The constructor throws InputError for a place that could
 * not be written, so that no work is done in vain; so do `write` and `commit` when the disk is full.
 */
export class OutputFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** What is written goes where the program's own words go. */
  readonly isStandardOutput: boolean;
  /** Option and path as they were given, for messages. */
  readonly name: string;
  readonly #folder: string;
  /** Undefined: written in place. */
  readonly #temporary: string | undefined;
  #descriptor: number | undefined;
  #buffer: string[] = [];
  #buffered = 0;

  constructor(path: string, option: string) {
    this.name = `${option} ${path}`;
    if (path === '' || path.endsWith('/')) throw new InputError(`${this.name}: name a file, not a folder`);
    const target = resolve(path);
    this.#folder = dirname(target);
    this.isStandardOutput = standardOutputNames.includes(target);
    const inPlace = this.#mustStay(target);
    this.path = inPlace ? target : realPath(target);
    this.#temporary = inPlace ? undefined : `${this.path}.part-${process.pid}`;
    // A pipe that nobody reads must not be waited for.
    const flags = inPlace ? constants.O_WRONLY | constants.O_APPEND | constants.O_NONBLOCK : 'w';
    if (!this.isStandardOutput) this.#descriptor = this.#try(() => openSync(this.#temporary ?? this.path, flags));
  }

  write(text: string): void {
    this.#buffer.push(text);
    this.#buffered += text.length;
    if (this.#temporary !== undefined && this.#buffered >= bufferedCharacters) this.#flush();
  }

  /** The file is complete. */
  commit(): void {
    this.#flush();
    this.#close();
    const temporary = this.#temporary;
    if (temporary !== undefined) this.#try(() => renameSync(temporary, this.path));
  }

  /** Nothing is left behind of a file that wasn't completed. */
  discard(): void {
    this.#close();
    if (this.#temporary !== undefined) rmSync(this.#temporary, { force: true });
  }

  /** Whether there is something that a rename would destroy. Refuses folders and places that can't be written. */
  #mustStay(target: string): boolean {
    const there = this.#try(() => statusOf(target));
    if (there?.isDirectory()) throw new InputError(`${this.name}: is a folder; name a file in it`);
    if (there === undefined) {
      const folder = this.#try(() => statusOf(this.#folder));
      if (folder === undefined) throw new InputError(`${this.name}: there is no folder ${this.#folder}`);
    } else this.#try(() => accessSync(target, constants.W_OK));
    return this.isStandardOutput || /^\/(dev|proc)\//.test(target) || (there !== undefined && !there.isFile());
  }

  #flush(): void {
    const text = this.#buffer.join('');
    this.#buffer = [];
    this.#buffered = 0;
    if (this.isStandardOutput) process.stdout.write(text);
    else if (this.#temporary === undefined) this.#writeInPlace(text);
    else this.#writeAll(this.#descriptor, text);
  }

  /** The reader of a pipe is waited for now: opened once more, without O_NONBLOCK. */
  #writeInPlace(text: string): void {
    const descriptor = this.#try(() => openSync(this.path, 'a'));
    try {
      this.#writeAll(descriptor, text);
    } finally {
      closeSync(descriptor);
    }
  }

  #writeAll(descriptor: number | undefined, text: string): void {
    if (descriptor === undefined) return;
    const bytes = Buffer.from(text);
    let written = 0;
    while (written < bytes.length) written += this.#try(() => writeSync(descriptor, bytes, written));
  }

  #close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #try<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      const code = codeOf(error);
      if (code === 'ENOTDIR') throw new InputError(`${this.name}: ${this.#folder} is no folder`);
      throw new InputError(`${this.name}: ${reasons[code] ?? `it can't be written (${code}); name another file`}`);
    }
  }
}

function statusOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Where links lead; what doesn't exist yet is in the folder that does. */
function realPath(path: string): string {
  if (statusOf(path) !== undefined) return realpathSync(path);
  return join(realpathSync(dirname(path)), basename(path));
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
