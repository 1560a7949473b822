import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, normalize, sep } from 'node:path';

export interface Mount {
  /** `/var/task` or `/opt`. */
  readonly at: string;
  /** Folder of an asset. */
  readonly folder: string;
}

/** The file system of an execution environment: the function's asset and its layers, nothing else. A later mount hides an earlier one's files. */
export class ReadOnlyFiles {
  readonly #mounts: readonly Mount[];

  constructor(mounts: readonly Mount[]) {
    this.#mounts = [...mounts].reverse();
  }

  /** Path on this machine of a file in the environment; undefined if there is none. */
  find(path: string): string | undefined {
    const wanted = normalize(path);
    for (const { at, folder } of this.#mounts) {
      if (!wanted.startsWith(`${at}${sep}`)) continue;
      const file = join(folder, wanted.slice(at.length));
      if (existsSync(file)) return file;
    }
    return undefined;
  }

  read(path: string): Buffer | undefined {
    const file = this.find(path);
    return file === undefined || statSync(file).isDirectory() ? undefined : readFileSync(file);
  }
}
