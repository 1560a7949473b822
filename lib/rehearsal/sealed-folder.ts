import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const sealFile = 'sha256.json';

/** Records what the folder's files hold now. Files that are added later don't matter. */
export function seal(folder: string): void {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  writeFileSync(
    join(folder, sealFile),
    JSON.stringify(Object.fromEntries(files.map((file) => [file, hashOf(join(folder, file))]))),
  );
}

/** Whether every file is there as it was sealed: not so after a full disk, a crash or a curious editor. */
export function isAsSealed(folder: string): boolean {
  try {
    const hashes: unknown = JSON.parse(readFileSync(join(folder, sealFile), 'utf8'));
    const files = Object.entries(Object(hashes));
    return files.every(([file, hash]) => existsSync(join(folder, file)) && hashOf(join(folder, file)) === hash);
  } catch {
    return false;
  }
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
