import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import vm from 'node:vm';
import { InputError } from '../../../../plan/input-error.ts';

/** The code of a function's asset. Environments of the same asset share what V8 compiled for the first of them. */
export class Bundle {
  readonly #source: string;
  readonly identifier: string;
  #cachedData: Buffer | undefined;

  constructor(source: string, identifier: string) {
    this.#source = source;
    this.identifier = identifier;
  }

  compile(
    context: vm.Context,
    options: Pick<vm.SourceTextModuleOptions, 'initializeImportMeta' | 'importModuleDynamically'>,
  ): vm.SourceTextModule {
    const cached = this.#cachedData === undefined ? {} : { cachedData: this.#cachedData };
    const module = new vm.SourceTextModule(this.#source, {
      identifier: this.identifier,
      context,
      ...options,
      ...cached,
    });
    this.#cachedData ??= codeCache(module);
    return module;
  }
}

/** Bundles by asset folder and module, so that functions and environments of one asset share them. */
export class Bundles {
  readonly #bundles = new Map<string, Bundle>();

  /** `module`: the handler's file without its ending, as in `index.handler`. */
  load(folder: string, module: string): Bundle {
    const file = [`${module}.mjs`, `${module}.js`].map((name) => join(folder, name)).find(isFile);
    if (file === undefined) {
      throw new InputError(`${folder} has no ${module}.mjs, which the function's handler names`);
    }
    let bundle = this.#bundles.get(file);
    if (bundle === undefined) {
      bundle = new Bundle(readFileSync(file, 'utf8'), `file:///var/task/${file.slice(folder.length + 1)}`);
      this.#bundles.set(file, bundle);
    }
    return bundle;
  }
}

/** `createCachedData` of SourceTextModule is missing in Node's type declarations; it only works before evaluation. */
function codeCache(module: vm.SourceTextModule): Buffer | undefined {
  const made: unknown =
    'createCachedData' in module && typeof module.createCachedData === 'function' && module.createCachedData();
  return Buffer.isBuffer(made) ? made : undefined;
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
