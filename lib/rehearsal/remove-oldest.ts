import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Removes a folder's entries that `counts` accepts, all but the `kept` that were changed last. */
export function removeOldest(folder: string, kept: number, counts: (name: string) => boolean): void {
  const byAge = readdirSync(folder)
    .filter(counts)
    .map((name) => ({ path: join(folder, name), stats: statSync(join(folder, name), { throwIfNoEntry: false }) }))
    .sort((a, b) => (b.stats?.mtimeMs ?? 0) - (a.stats?.mtimeMs ?? 0));
  for (const { path } of byAge.slice(kept)) rmSync(path, { recursive: true, force: true });
}
