import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** What V8 compiled of scripts in earlier processes, in a folder, by content and version of Node. */
export class CodeCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(text: string): Buffer | undefined {
    const file = this.#file(text);
    return existsSync(file) ? readFileSync(file) : undefined;
  }

  /** Whole or not at all, also where two processes write the same. */
  write(text: string, code: Buffer): void {
    mkdirSync(this.#folder, { recursive: true });
    const staging = mkdtempSync(join(this.#folder, 'staging-'));
    writeFileSync(join(staging, 'code'), code);
    renameSync(join(staging, 'code'), this.#file(text));
    rmSync(staging, { recursive: true });
  }

  #file(text: string): string {
    const content = createHash('sha256').update(text).digest('hex').slice(0, 32);
    return join(this.#folder, `${process.version}-${process.arch}-${content}`);
  }
}
