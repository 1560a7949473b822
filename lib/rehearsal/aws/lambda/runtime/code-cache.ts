import { hash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

const checksumBytes = 4;

/** What V8 compiled of scripts in earlier processes, in a folder, by content and version of Node. */
export class CodeCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Undefined also for a file that was damaged: V8 checks the length of compiled code, not what is in it. */
  read(text: string): Buffer | undefined {
    let content: Buffer;
    try {
      content = readFileSync(this.#file(text));
    } catch {
      return undefined;
    }
    const code = content.subarray(checksumBytes);
    return checksum(code).equals(content.subarray(0, checksumBytes)) ? code : undefined;
  }

  /** Whole or not at all, also where two processes write the same. Nothing where the folder can't be written. */
  write(text: string, code: Buffer): void {
    let staging: string | undefined;
    try {
      mkdirSync(this.#folder, { recursive: true });
      staging = mkdtempSync(join(this.#folder, 'staging-'));
      writeFileSync(join(staging, 'code'), Buffer.concat([checksum(code), code]));
      renameSync(join(staging, 'code'), this.#file(text));
    } catch {
      // The next process compiles again, as this one did.
    } finally {
      if (staging !== undefined) rmSync(staging, { recursive: true, force: true });
    }
  }

  #file(text: string): string {
    // Against chance, not against an attacker, who could write code here as well.
    return join(this.#folder, `${process.version}-${process.arch}-${hash('sha1', text)}`);
  }
}

function checksum(code: Uint8Array): Buffer {
  const sum = Buffer.alloc(checksumBytes);
  sum.writeUInt32BE(crc32(code));
  return sum;
}
