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
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import type { Plan } from '../plan/plan.ts';
import { removeOldest } from './remove-oldest.ts';
import { isAsSealed, seal } from './sealed-folder.ts';

/** What templates and bundles are made of, below the project's root; the rest of lib/ has no part in them. */
const sources = ['lib', 'lambdas', 'statemachines', 'package-lock.json'];
const notInTemplates = 'lib/rehearsal';
const checker = 'lib/rehearsal/states';

/** Assemblies that are kept, 20 MB each: a few plans, a few states of the sources. */
const keptAssemblies = 8;

export interface AssemblyCacheOptions {
  readonly projectDir: string;
  readonly plan: Plan;
  /**
   * Writes the plan's cloud assembly into `outDir`; bundles may be kept in `bundleDir` for the next one. Called only
   * when nothing fits.
   */
  readonly synthesise: (outDir: string, bundleDir: string) => Promise<void>;
}

export interface CachedAssembly {
  readonly folder: string;
  readonly cached: boolean;
  /** Set where the cache can't be written: a folder to remove when the assembly has been read. */
  readonly temporary?: string;
}

/**
 * The plan's cloud assembly, from `.lifeboat/cache` when nothing that it is made of has changed since. What is damaged
 * there is made again; in a checkout that can't be written it is made in the temporary folder.
 */
export async function cachedAssembly(options: AssemblyCacheOptions): Promise<CachedAssembly> {
  const cacheDir = join(options.projectDir, '.lifeboat', 'cache');
  const folder = join(cacheDir, `assembly-${contentHash(options.projectDir, options.plan)}`);
  if (isAsSealed(folder)) return { folder, cached: true };
  const staging = stagingIn(cacheDir);
  if (staging === undefined) return inTemporaryFolder(options);
  try {
    await options.synthesise(staging, join(cacheDir, 'bundles'));
    seal(staging);
    publish(staging, folder);
  } catch (error) {
    rmSync(staging, { recursive: true, force: true });
    throw error;
  }
  // Also what a process that was killed left half made.
  removeOldest(cacheDir, keptAssemblies, (name) => /^(assembly|staging)-/.test(name));
  return { folder, cached: false };
}

function stagingIn(cacheDir: string): string | undefined {
  try {
    mkdirSync(cacheDir, { recursive: true });
    return mkdtempSync(join(cacheDir, 'staging-'));
  } catch {
    return undefined;
  }
}

async function inTemporaryFolder({ synthesise }: AssemblyCacheOptions): Promise<CachedAssembly> {
  const temporary = mkdtempSync(join(tmpdir(), 'lifeboat-'));
  const folder = join(temporary, 'assembly');
  try {
    mkdirSync(folder);
    await synthesise(folder, join(temporary, 'bundles'));
  } catch (error) {
    rmSync(temporary, { recursive: true, force: true });
    throw error;
  }
  return { folder, cached: false, temporary };
}

/** Another process may have been faster: what it wrote is the same, because the name is the content. */
function publish(staging: string, folder: string): void {
  try {
    renameSync(staging, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    if (!isAsSealed(folder)) {
      rmSync(folder, { recursive: true, force: true });
      renameSync(staging, folder);
    } else rmSync(staging, { recursive: true, force: true });
  }
}

/** The checks that AWS makes of state machines take a second: passed once by this checker, they need no second time. */
export function definitionsChecked(projectDir: string, assemblyFolder: string): { passed: boolean; pass(): void } {
  const hash = createHash('sha256');
  for (const file of filesBelow(projectDir, checker))
    hash.update(`\0${file}\0`).update(readFileSync(join(projectDir, file)));
  const marker = join(assemblyFolder, `definitions-checked-${hash.digest('hex').slice(0, 16)}`);
  const pass = () => {
    try {
      writeFileSync(marker, '');
    } catch {
      // A cache that can't be written costs the next run a second and this one nothing.
    }
  };
  return { passed: existsSync(marker), pass };
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
