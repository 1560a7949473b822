import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { type BuildOptions, build, version as esbuildVersion } from 'esbuild';
import { InputError } from '../plan/input-error.ts';

export interface BundleOptions {
  /** Names of functions (verb-noun). Default: every folder of lambdas/ that has a handler.ts. */
  readonly entries?: readonly string[];
  /** Root of the checkout: lambdas/ and package-lock.json lie there. */
  readonly projectDir?: string;
  /** Where bundles are kept for the next time. Default: .lifeboat/cache/bundles of the checkout. */
  readonly cacheDir?: string;
  /** Where copies of the bundles go, `<outDir>/<verb-noun>/index.mjs`. Default: they are used from the cache. */
  readonly outDir?: string;
}

const ownProject = resolve(import.meta.dirname, '../..');

/** CommonJS packages inside an ES module call `require` for Node's own modules; Lambda's ESM loader doesn't define it. */
const requireBanner =
  "import { createRequire as lifeboatCreateRequire } from 'node:module'; const require = lifeboatCreateRequire(import.meta.url);";

/** The ES module flavour of packages first: it lets esbuild drop what isn't used, which halves the AWS SDK. */
const settings = {
  bundle: true,
  write: false,
  metafile: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  mainFields: ['module', 'main'],
  // Renames classes too: what is told apart by name (errors, for the state machines) carries it as a literal.
  minify: true,
  legalComments: 'none',
  charset: 'utf8',
  logLevel: 'silent',
  outExtension: { '.js': '.mjs' },
  // The Kubernetes client names undici as its default HTTP library and our functions bring their own.
  alias: { undici: './lib/cluster/undici-left-out.ts' },
  banner: { js: requireBanner },
} as const satisfies BuildOptions;

/**
 * Bundles functions as they are deployed and gives the folder of each by name: one ES module per function, the same
 * bytes on every machine. One esbuild run makes all of them. They are cached by content: a call without changes reads
 * the project's own sources and hashes them, nothing else.
 * Throws InputError where a handler is missing or doesn't compile.
 */
export async function bundleHandlers(options: BundleOptions = {}): Promise<Record<string, string>> {
  const projectDir = options.projectDir ?? ownProject;
  const entries = [...(options.entries ?? handlersOf(projectDir))].sort();
  for (const entry of entries) {
    if (!existsSync(handlerFile(projectDir, entry))) {
      throw new InputError(`lambdas/${entry}/handler.ts is missing: write it or leave ${entry} out of the bundles`);
    }
  }
  const cacheDir = options.cacheDir ?? join(projectDir, '.lifeboat', 'cache', 'bundles');
  const recipe = recipeHash(projectDir, entries);
  const folder =
    cachedFolder(projectDir, cacheDir, recipe) ?? (await bundleInto(projectDir, cacheDir, recipe, entries));
  if (options.outDir !== undefined) cpSync(folder, options.outDir, { recursive: true });
  const root = options.outDir ?? folder;
  return Object.fromEntries(entries.map((entry) => [entry, join(root, entry)]));
}

/** Functions of a checkout that have a handler, by name. */
export function handlersOf(projectDir: string = ownProject): string[] {
  return readdirSync(join(projectDir, 'lambdas'))
    .filter((name) => existsSync(handlerFile(projectDir, name)))
    .sort();
}

function handlerFile(projectDir: string, entry: string): string {
  return join(projectDir, 'lambdas', entry, 'handler.ts');
}

/** Everything a build depends on beside the project's own sources; the lock file stands for node_modules. */
function recipeHash(projectDir: string, entries: readonly string[]): string {
  const hash = createHash('sha256').update(JSON.stringify([esbuildVersion, settings, entries]));
  const lockFile = join(projectDir, 'package-lock.json');
  if (existsSync(lockFile)) hash.update(readFileSync(lockFile));
  return hash.digest('hex').slice(0, 32);
}

/** Undefined where one of the inputs is gone: then only a build can tell what it needs now. */
function contentHash(projectDir: string, recipe: string, inputs: readonly string[]): string | undefined {
  const hash = createHash('sha256').update(recipe);
  for (const input of inputs) {
    const file = join(projectDir, input);
    if (!existsSync(file)) return undefined;
    hash.update(`\0${input}\0`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 32);
}

/** What a build left: the sources it read, and the hash of each bundle by its path, so that damage is seen. */
interface BuildRecord {
  readonly inputs: readonly string[];
  readonly bundles: Readonly<Record<string, string>>;
}

function cachedFolder(projectDir: string, cacheDir: string, recipe: string): string | undefined {
  try {
    const record = JSON.parse(readFileSync(join(cacheDir, `inputs-${recipe}.json`), 'utf8')) as BuildRecord;
    const key = contentHash(projectDir, recipe, record.inputs);
    if (key === undefined) return undefined;
    const folder = join(cacheDir, key);
    const isWhole = Object.entries(record.bundles).every(
      ([file, hash]) => sha256(readFileSync(join(folder, file))) === hash,
    );
    return isWhole ? folder : undefined;
  } catch {
    // Absent or damaged: it is built again.
    return undefined;
  }
}

function sha256(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

async function bundleInto(
  projectDir: string,
  cacheDir: string,
  recipe: string,
  entries: readonly string[],
): Promise<string> {
  const outdir = join(projectDir, 'bundles');
  const result = await build({
    ...settings,
    absWorkingDir: projectDir,
    outdir,
    entryPoints: entries.map((entry) => ({ in: handlerFile(projectDir, entry), out: `${entry}/index` })),
  }).catch((error: unknown) => {
    throw new InputError(`the handlers do not compile: ${error instanceof Error ? error.message : String(error)}`);
  });
  const inputs = Object.keys(result.metafile.inputs).filter((input) => !input.includes('node_modules/'));
  inputs.sort();
  mkdirSync(cacheDir, { recursive: true });
  const staging = mkdtempSync(join(cacheDir, 'staging-'));
  const bundles: Record<string, string> = {};
  for (const file of result.outputFiles) {
    const path = file.path.slice(outdir.length + 1);
    bundles[path] = sha256(file.contents);
    const target = join(staging, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, file.contents);
  }
  const key = contentHash(projectDir, recipe, inputs) ?? recipe;
  publish(staging, join(cacheDir, key), bundles);
  const list = mkdtempSync(join(cacheDir, 'staging-'));
  writeFileSync(join(list, 'inputs.json'), JSON.stringify({ inputs, bundles } satisfies BuildRecord));
  renameSync(join(list, 'inputs.json'), join(cacheDir, `inputs-${recipe}.json`));
  rmSync(list, { recursive: true });
  return join(cacheDir, key);
}

/** A rename is atomic, so that another process sees a whole folder or none. Of two whole ones either will do. */
function publish(staging: string, target: string, bundles: BuildRecord['bundles']): void {
  const isWhole = Object.entries(bundles).every(
    ([file, hash]) => existsSync(join(target, file)) && sha256(readFileSync(join(target, file))) === hash,
  );
  if (!isWhole) rmSync(target, { recursive: true, force: true });
  try {
    renameSync(staging, target);
  } catch (error) {
    if (!existsSync(target)) throw error;
    rmSync(staging, { recursive: true });
  }
}
