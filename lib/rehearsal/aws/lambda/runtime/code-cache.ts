import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cachedDataVersionTag, deserialize, serialize } from 'node:v8';
import { crc32 } from 'node:zlib';
import { removeOldest } from '../../../remove-oldest.ts';
import type { ModuleScript } from './module-script.ts';

/** A module as a script, and what V8 compiled of the script. */
export interface CompiledModule extends ModuleScript {
  readonly code: Buffer;
}

const checksumBytes = 4;
/** A megabyte and a half each: four states of some thirty functions. */
const keptModules = 120;
/** Scripts of another maker are none of this one's. */
const maker = hash('sha1', readFileSync(join(import.meta.dirname, 'module-script.ts')));

/** V8 takes compiled code only from its own version, run with the same flags on the same kind of processor. */
const compiler = cachedDataVersionTag().toString(16);

/** What earlier processes made of modules, in a folder, by content of the module and by compiler. */
export class CodeCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined also for a file that was damaged: V8 checks the length of compiled code, not what is in it. */
  read(source: Uint8Array): CompiledModule | undefined {
    let content: Buffer;
    try {
      content = readFileSync(this.#file(source));
    } catch {
      return undefined;
    }
    const compiled = content.subarray(checksumBytes);
    if (!checksum(compiled).equals(content.subarray(0, checksumBytes))) return undefined;
    return deserialize(compiled) as CompiledModule;
  }

  /** Whole or not at all, also where two processes write the same. Nothing where the folder can't be written. */
  write(source: Uint8Array, { text, requests, code }: CompiledModule): void {
    let staging: string | undefined;
    try {
      mkdirSync(this.#folder, { recursive: true });
      staging = mkdtempSync(join(this.#folder, 'staging-'));
      const compiled = serialize({ text, requests, code });
      writeFileSync(join(staging, 'code'), Buffer.concat([checksum(compiled), compiled]));
      renameSync(join(staging, 'code'), this.#file(source));
      removeOldest(this.#folder, keptModules, () => true);
    } catch {
      // The next process compiles again, as this one did.
    } finally {
      if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    }
  }

  #file(source: Uint8Array): string {
    // Against chance, not against an attacker, who could write code here as well.
    const name = hash('sha1', Buffer.concat([Buffer.from(maker), source]));
    return join(this.#folder, `${compiler}-${name}`);
  }
}

function checksum(code: Uint8Array): Buffer {
  const sum = Buffer.alloc(checksumBytes);
  sum.writeUInt32BE(crc32(code));
  return sum;
}
