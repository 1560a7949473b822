import { accessSync, closeSync, constants, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { InputError } from '../../plan/input-error.ts';

/** So many characters are kept before they are written. */
const bufferedCharacters = 1 << 20;

/**
 * A file that appears whole or not at all: written beside its place and renamed when it is complete. The constructor
 * throws InputError where it could not be written, so that no work is done in vain.
 */
export class OutputFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #descriptor: number;
  #buffer: string[] = [];
  #buffered = 0;

  constructor(path: string, option: string) {
    this.path = resolve(path);
    const folder = dirname(this.path);
    try {
      if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
        throw new InputError(`${option} ${path}: is a folder; name a file in it`);
      }
      accessSync(folder, constants.W_OK);
      this.#temporary = `${this.path}.part-${process.pid}`;
      this.#descriptor = openSync(this.#temporary, 'w');
    } catch (error) {
      if (error instanceof InputError) throw error;
      throw new InputError(
        `${option} ${path}: can't be written (${codeOf(error)}); name a file in a folder that exists and is yours`,
      );
    }
  }

  write(text: string): void {
    this.#buffer.push(text);
    this.#buffered += text.length;
    if (this.#buffered >= bufferedCharacters) this.#flush();
  }

  /** The file is complete. */
  commit(): void {
    this.#flush();
    closeSync(this.#descriptor);
    renameSync(this.#temporary, this.path);
  }

  /** Nothing is left behind. */
  discard(): void {
    closeSync(this.#descriptor);
    rmSync(this.#temporary, { force: true });
  }

  #flush(): void {
    writeSync(this.#descriptor, this.#buffer.join(''));
    this.#buffer = [];
    this.#buffered = 0;
  }
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
}
