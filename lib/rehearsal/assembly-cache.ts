import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import type { Plan } from '../plan/plan.ts';

/** What templates and bundles are made of, below the project's root; the rest of lib/ has no part in them. */
const sources = ['lib', 'lambdas', 'statemachines', 'package-lock.json'];
const notInTemplates = 'lib/rehearsal';
const checker = 'lib/rehearsal/states';

export interface AssemblyCacheOptions {
  readonly projectDir: string;
  readonly plan: Plan;
  /** Writes the plan's cloud assembly into the folder. Called only when nothing fits. */
  readonly synthesise: (outDir: string) => Promise<void>;
}

/** The plan's cloud assembly, from `.lifeboat/cache` when nothing that it is made of has changed since. */
export async function cachedAssembly(
  options: AssemblyCacheOptions,
): Promise<{ readonly folder: string; readonly cached: boolean }> {
  const cacheDir = join(options.projectDir, '.lifeboat', 'cache');
  const folder = join(cacheDir, `assembly-${contentHash(options.projectDir, options.plan)}`);
  if (existsSync(folder)) return { folder, cached: true };
  mkdirSync(cacheDir, { recursive: true });
  const staging = mkdtempSync(join(cacheDir, 'staging-'));
  try {
    await options.synthesise(staging);
    renameSync(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    // Another process was faster: what it wrote is the same, because the name is the content.
    if (!existsSync(folder)) throw error;
  }
  return { folder, cached: false };
}

/** The checks that AWS makes of state machines take a second: passed once by this checker, they need no second time. */
export function definitionsChecked(projectDir: string, assemblyFolder: string): { passed: boolean; pass(): void } {
  const hash = createHash('sha256');
  for (const file of filesBelow(projectDir, checker))
    hash.update(`\0${file}\0`).update(readFileSync(join(projectDir, file)));
  const marker = join(assemblyFolder, `definitions-checked-${hash.digest('hex').slice(0, 16)}`);
  return { passed: existsSync(marker), pass: () => writeFileSync(marker, '') };
}

function contentHash(projectDir: string, plan: Plan): string {
  const hash = createHash('sha256').update(JSON.stringify(plan));
  for (const file of sources.flatMap((source) => filesBelow(projectDir, source))) {
    hash.update(`\0${file}\0`).update(readFileSync(join(projectDir, file)));
  }
  return hash.digest('hex').slice(0, 32);
}

function filesBelow(projectDir: string, source: string): string[] {
  const path = join(projectDir, source);
  if (!existsSync(path)) return [];
  if (source.includes('.')) return [source];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(projectDir, join(entry.parentPath, entry.name)))
    .filter((file) => source === checker || !file.startsWith(`${notInTemplates}/`))
    .sort();
}
