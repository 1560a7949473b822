import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { InputError } from '../../../../plan/input-error.ts';
import type { CodeCache } from './code-cache.ts';
import { type ImportRequest, type ModuleScript, moduleScript, UnsupportedModuleError } from './module-script.ts';

/** What `import(…)` and `import.meta` reach in a bundle. */
export interface ImportKeyword {
  (specifier: unknown): Promise<unknown>;
  readonly meta: object;
}

type Run = (imports: readonly (readonly unknown[])[], keyword: ImportKeyword) => Promise<object>;

interface Compiled {
  readonly script: vm.Script;
  readonly module: ModuleScript;
}

/**
 * The code of a function's asset. V8 compiles each of its functions once for all environments (state and optimised code
 * are each environment's own), and what it compiled is kept for later processes.
 */
export class Bundle {
  readonly #source: Buffer;
  readonly #cache: CodeCache | undefined;
  readonly identifier: string;
  #compiled: Compiled | undefined;
  #isNew = false;

  /** `source`: the module's text in UTF-8. */
  constructor(source: Buffer, identifier: string, cache?: CodeCache) {
    this.#source = source;
    this.identifier = identifier;
    this.#cache = cache;
  }

  /**
   * Runs the bundle's top level in a context and gives its exports. `importing` gives the values of a request's names.
   * Throws or rejects with what the bundle throws, SyntaxError, or InputError for a form that the world doesn't have.
   */
  evaluate(
    context: vm.Context,
    importing: (request: ImportRequest) => readonly unknown[],
    keyword: ImportKeyword,
  ): Promise<object> {
    this.#compiled ??= this.#compile();
    const { script, module } = this.#compiled;
    const run = script.runInContext(context) as Run;
    return run(module.requests.map(importing), keyword);
  }

  /** Keeps the compiled code, with all functions that were compiled because somebody called them. */
  keepCode(): void {
    if (this.#compiled === undefined || !this.#isNew) return;
    const { script, module } = this.#compiled;
    this.#cache?.write(this.#source, { ...module, code: script.createCachedData() });
    this.#isNew = false;
  }

  #compile(): Compiled {
    const kept = this.#cache?.read(this.#source);
    const module = kept ?? this.#script();
    const script = new vm.Script(module.text, {
      filename: this.identifier,
      lineOffset: -1,
      ...(kept === undefined ? {} : { cachedData: kept.code }),
    });
    this.#isNew = kept === undefined || script.cachedDataRejected === true;
    return { script, module };
  }

  #script(): ModuleScript {
    try {
      return moduleScript(this.#source.toString());
    } catch (error) {
      if (error instanceof UnsupportedModuleError) throw new InputError(`${this.identifier}: ${error.message}`);
      throw error;
    }
  }
}

/** Bundles by asset folder and module, so that functions and environments of one asset share them. */
export class Bundles {
  readonly #cache: CodeCache | undefined;
  readonly #bundles = new Map<string, Bundle>();

  constructor(cache?: CodeCache) {
    this.#cache = cache;
  }

  /** `module`: the handler's file without its ending, as in `index.handler`. */
  load(folder: string, module: string): Bundle {
    const file = [`${module}.mjs`, `${module}.js`].map((name) => join(folder, name)).find(isFile);
    if (file === undefined) {
      throw new InputError(`${folder} has no ${module}.mjs, which the function's handler names`);
    }
    let bundle = this.#bundles.get(file);
    if (bundle === undefined) {
      const identifier = `file:///var/task/${file.slice(folder.length + 1)}`;
      bundle = new Bundle(readFileSync(file), identifier, this.#cache);
      this.#bundles.set(file, bundle);
    }
    return bundle;
  }

  /** See `Bundle.keepCode`. */
  keepCode(): void {
    for (const bundle of this.#bundles.values()) bundle.keepCode();
  }
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
