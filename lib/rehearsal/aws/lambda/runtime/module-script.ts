import { type ExportSpecifier, type ImportSpecifier, ImportType, initSync, parse } from 'es-module-lexer';

/** One import statement: the names that it brings into the module, as [exported name, local name]; `*` is the namespace. */
export interface ImportRequest {
  readonly specifier: string;
  readonly names: readonly (readonly [string, string])[];
}

/** An ES module as the text of a script, of which V8 keeps the compiled code for all contexts and between processes. */
export interface ModuleScript {
  /**
   * An expression: `async (imports, importKeyword) => exports`, where `imports` holds a list of values per request, and
   * `importKeyword` is what `import(…)` and `import.meta` become. The module's own text begins on the second line; every
   * character of it that isn't an import or export keeps its place.
   */
  readonly text: string;
  readonly requests: readonly ImportRequest[];
}

/** An import or export in a form that only a module loader can carry out. */
export class UnsupportedModuleError extends Error {
  override readonly name = 'UnsupportedModuleError';
}

/**
 * Rewrites imports and exports, and nothing else, so that a module runs as the body of a strict async function.
 * Bindings don't stay live: what is exported is read once, after the whole module has run. Throws UnsupportedModuleError
 * for re-exports, default exports, import attributes and import phases, and SyntaxError where the text is no module.
 */
export function moduleScript(source: string): ModuleScript {
  const { imports, exports } = lex(source);
  const keyword = unusedName(source, '$mport');
  const parameter = unusedName(source, '$given');
  const edits = new Edits(source);
  const requests: ImportRequest[] = [];
  for (const found of imports) {
    if (found.t === ImportType.Dynamic || found.t === ImportType.ImportMeta) edits.replace(found.ss, 'import', keyword);
    else requests.push(importRequest(source, found, edits));
  }
  const exported = exports.map((found) => exportedName(source, found, edits));
  const bindings = requests.flatMap(({ names }, request) =>
    names.map(([, local], name) => `${local}=${parameter}[${request}][${name}]`),
  );
  const declared = bindings.length === 0 ? '' : `const ${bindings.join(',')};`;
  const text = `(async function(${parameter},${keyword}){"use strict";${declared}\n${edits.result()}\nreturn{${exported.join(',')}}})`;
  return { text, requests };
}

function lex(source: string): { imports: readonly ImportSpecifier[]; exports: readonly ExportSpecifier[] } {
  initSync();
  try {
    const [imports, exports] = parse(source);
    return { imports, exports };
  } catch (error) {
    throw new SyntaxError(error instanceof Error ? error.message : String(error));
  }
}

/** Of the same length as what it starts from, so that places in the text stay. */
function unusedName(source: string, start: string): string {
  let name = start;
  for (let number = 0; source.includes(name); number++) {
    const digits = number.toString(36);
    name = start.slice(0, start.length - digits.length) + digits;
  }
  return name;
}

/** Edits of a text that leave every other character where it was. */
class Edits {
  readonly #source: string;
  readonly #parts: { readonly at: number; readonly text: string }[] = [];

  constructor(source: string) {
    this.#source = source;
  }

  replace(at: number, old: string, text: string): void {
    if (old.length !== text.length) throw new RangeError(`${text} is not as long as ${old}`);
    this.#parts.push({ at, text });
  }

  /** An empty statement instead of what is there; line breaks stay. */
  blank(from: number, to: number): void {
    this.#parts.push({ at: from, text: `;${this.#source.slice(from + 1, to).replace(/[^\n\r\u2028\u2029]/g, ' ')}` });
  }

  result(): string {
    const pieces: string[] = [];
    let done = 0;
    for (const { at, text } of this.#parts.sort((a, b) => a.at - b.at)) {
      // Names of one export clause blank it once each.
      if (at < done) continue;
      pieces.push(this.#source.slice(done, at), text);
      done = at + text.length;
    }
    return pieces.join('') + this.#source.slice(done);
  }
}

const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/u.source;
/** `import a, {b as c} from`, `import * as d from`, `import`: all clauses that a static import may have. */
const importClause = new RegExp(
  `^import\\s*(?<default>${identifier})?\\s*,?\\s*(?:\\*\\s*as\\s+(?<namespace>${identifier})|\\{(?<named>[^{}]*)\\})?\\s*(?:from\\s*)?["']$`,
  'u',
);
const namedImport = new RegExp(`^(?:(?<imported>${identifier})\\s+as\\s+)?(?<local>${identifier})$`, 'u');

function importRequest(source: string, found: ImportSpecifier, edits: Edits): ImportRequest {
  const { n: specifier, ss, se, s, a } = found;
  const groups = importClause.exec(source.slice(ss, s))?.groups;
  if (found.t !== ImportType.Static || specifier === undefined || a !== -1 || groups === undefined) {
    throw new UnsupportedModuleError(`not simulated: the import statement \`${source.slice(ss, se)}\``);
  }
  const names: (readonly [string, string])[] = [];
  if (groups.default !== undefined) names.push(['default', groups.default]);
  if (groups.namespace !== undefined) names.push(['*', groups.namespace]);
  for (const text of groups.named?.split(',') ?? []) {
    if (text.trim() === '') continue;
    const one = namedImport.exec(text.trim())?.groups;
    if (one?.local === undefined) {
      throw new UnsupportedModuleError(`not simulated: the import statement \`${source.slice(ss, se)}\``);
    }
    names.push([one.imported ?? one.local, one.local]);
  }
  edits.blank(ss, se);
  return { specifier, names };
}

/** As a member of the object that the script returns. */
function exportedName(source: string, found: ExportSpecifier, edits: Edits): string {
  const { ss, n, ln } = found;
  if (ln === undefined || n === 'default') {
    throw new UnsupportedModuleError(`not simulated: the export of \`${n}\`, which has no name inside the module`);
  }
  const isClause = /^export\s*\{/.test(source.slice(ss, ss + 40));
  edits.blank(ss, isClause ? source.indexOf('}', ss) + 1 : ss + 'export'.length);
  return `${JSON.stringify(n)}:${ln}`;
}
