import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { allClaims, isUnverified } from '../lib/rehearsal/claims/registry.ts';

function filesUnder(folder: string, ending: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/.*$/gm, '$1');
}

const production = ['bin', 'lib', 'lambdas'].flatMap((folder) => filesUnder(folder, '.ts'));
const code = [...production, ...['bench', 'test'].flatMap((folder) => filesUnder(folder, '.ts'))];
const source = new Map(code.map((file) => [file, withoutComments(readFileSync(file, 'utf8'))]));

/** What a file imports: project files by their path from the root, packages by their name. */
function importsOf(file: string): string[] {
  const found = source.get(file)!.matchAll(/(?:\bfrom\s+|\bimport\s*\(\s*|\bimport\s+)['"]([^'"]+)['"]/g);
  return [...found].map(([, target]) => (target!.startsWith('.') ? normalize(join(dirname(file), target!)) : target!));
}

/** Parts of the house between which the arrows run. */
function partOf(path: string): string {
  const [top, second] = path.split('/');
  if (top === 'lib') return second === 'plan' || second === 'infra' || second === 'rehearsal' ? second : 'domain';
  return top === 'lambdas' || top === 'bin' ? top : 'outside';
}

/** lambdas → lib/<domain> → lib/plan; infra → plan and contracts; rehearsal → lambdas; bin wires them, a verb as a function. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  plan: ['plan'],
  domain: ['domain', 'plan'],
  lambdas: ['lambdas', 'domain', 'plan'],
  infra: ['infra', 'plan', 'lambdas'],
  rehearsal: ['rehearsal', 'plan', 'lambdas'],
  bin: ['bin', 'domain', 'plan', 'infra', 'rehearsal'],
};

describe('the arrows of the house', () => {
  test('run as the architecture says', () => {
    const wrong = production.flatMap((file) =>
      importsOf(file)
        .filter((target) => partOf(target) !== 'outside')
        .filter((target) => !arrows[partOf(file)]!.includes(partOf(target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test('the infrastructure knows functions by their contracts only', () => {
    const wrong = production
      .filter((file) => partOf(file) === 'infra')
      .flatMap((file) => importsOf(file).filter((target) => partOf(target) === 'lambdas'))
      .filter((target) => !target.endsWith('/contract.ts'));
    expect(wrong).toEqual([]);
  });

  test('only the infrastructure knows CDK', () => {
    const wrong = production.filter(
      (file) =>
        partOf(file) !== 'infra' &&
        file !== 'bin/app.ts' &&
        importsOf(file).some((target) => /^(aws-cdk-lib|constructs)(\/|$)/.test(target)),
    );
    expect(wrong).toEqual([]);
  });
});

describe('the clock, chance and the environment', () => {
  test('are read in one file of the functions and nowhere else', () => {
    const allowed = new Set(['lambdas/shared/runtime.ts']);
    const readers =
      /\bDate\.now\(|\bMath\.random\(|\bprocess\.env\b|\bnew Date\(\s*\)|\bperformance\.now\(|\bprocess\.hrtime\b/;
    const wrong = production.filter(
      (file) => !file.startsWith('bin/') && !allowed.has(file) && readers.test(source.get(file)!),
    );
    expect(wrong).toEqual([]);
  });
});

describe('files', () => {
  test('have kebab-case names', () => {
    const kebab = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*\.ts$/;
    expect(code.filter((file) => file.split('/').some((part) => part.endsWith('.ts') && !kebab.test(part)))).toEqual(
      [],
    );
  });

  test('are not called utils, helpers, managers or common', () => {
    expect(code.filter((file) => /(^|[/-])(utils?|helpers?|managers?|common|misc)([./-]|$)/.test(file))).toEqual([]);
  });

  test('of handlers are wiring only', () => {
    const long = production
      .filter((file) => file.endsWith('/handler.ts'))
      .filter((file) => readFileSync(file, 'utf8').trimEnd().split('\n').length > 40);
    expect(long).toEqual([]);
  });

  test('of functions come in threes: contract, logic, handler', () => {
    const missing = readdirSync('lambdas')
      .filter((name) => name !== 'shared')
      .flatMap((name) => ['contract.ts', `${name}.ts`, 'handler.ts'].map((file) => join('lambdas', name, file)))
      .filter((file) => !existsSync(file));
    expect(missing).toEqual([]);
  });

  test('need no syntax that Node can’t strip', () => {
    const wrong = production.filter((file) =>
      /^\s*(export\s+)?(const\s+)?(enum|namespace)\s+\w+\s*\{/m.test(source.get(file)!),
    );
    expect(wrong).toEqual([]);
  });
});

const claims = allClaims.flatMap((service) => service.claims);
const unverified = new Set(claims.filter(isUnverified).map(({ id }) => id));

/** Comments of the rehearsal's code, but for the claims themselves: `[file, text on one line]`. */
function comments(): [string, string][] {
  const files = globSync('lib/rehearsal/**/*.ts').filter((file) => !/(^|\/)claims(\.ts$|\/)/.test(file));
  return files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\/\*\*[\s\S]*?\*\/|(?:^[ \t]*\/\/.*\n)+/gm)].map(
      ([text]): [string, string] => [file, text.replaceAll(/\n\s*(\*|\/\/)?\s*/g, ' ')],
    ),
  );
}

/** Ids of claims that a text names. */
function named(text: string): string[] {
  return [...text.matchAll(/\b[a-z0-9-]+\.[a-z0-9-]+\b/g)]
    .map(([id]) => id)
    .filter((id) => allClaims.some(({ service }) => id.startsWith(`${service}.`)));
}

describe('comments about what nobody backs', () => {
  test('name a claim without a source', () => {
    const doubtful = comments().filter(([, text]) => /\bunverified\b/i.test(text));
    expect(doubtful.length).toBeGreaterThan(30);
    const wrong = doubtful.filter(([, text]) => !named(text).some((id) => unverified.has(id)));
    expect(wrong).toEqual([]);
  });

  test('name claims that are there', () => {
    const ids = new Set(claims.map(({ id }) => id));
    const told = comments().flatMap(([file, text]) =>
      [...text.matchAll(/(?:claim|unverified:?) \(?([a-z0-9-]+\.[a-z0-9-]+)\b/gi)].map(([, id]) => `${file}: ${id}`),
    );
    expect(told.length).toBeGreaterThan(30);
    expect(told.filter((one) => !ids.has(one.split(': ')[1]!))).toEqual([]);
  });

  test('say so in one word', () => {
    const otherWords = /\bAssumed[.:]|\bAssumed for\b|\b(our|an) assumption\b/i;
    expect(comments().filter(([, text]) => otherWords.test(text))).toEqual([]);
  });
});

interface State {
  readonly Type?: string;
  readonly Comment?: string;
  readonly TimeoutSeconds?: unknown;
  readonly Retry?: readonly { readonly ErrorEquals: readonly string[] }[];
}

/** Every state of a machine, those inside Map and Parallel too, by `file: name`. */
function statesOf(file: string): [string, State][] {
  const found: [string, State][] = [];
  JSON.parse(readFileSync(file, 'utf8'), (key, value: unknown) => {
    if (key !== 'States' || typeof value !== 'object' || value === null) return value;
    for (const [name, state] of Object.entries(value)) found.push([`${file}: ${name}`, state as State]);
    return value;
  });
  return found;
}

describe('state machines', () => {
  const states = filesUnder('statemachines', '.asl.json').flatMap(statesOf);
  const named = (fault: (state: State) => boolean) => states.filter(([, state]) => fault(state)).map(([name]) => name);

  test('are there', () => {
    expect(states.length).toBeGreaterThan(10);
  });

  test('say of every state why it is there', () => {
    expect(named((state) => (state.Comment ?? '').length < 20)).toEqual([]);
  });

  test('bound every task in time', () => {
    expect(named((state) => state.Type === 'Task' && state.TimeoutSeconds === undefined)).toEqual([]);
  });

  test('name the errors that they retry', () => {
    expect(named((state) => (state.Retry ?? []).some((retrier) => retrier.ErrorEquals.includes('States.ALL')))).toEqual(
      [],
    );
  });
});

describe('documents', () => {
  const documents = [...readdirSync('.').filter((name) => name.endsWith('.md')), ...filesUnder('docs', '.md')];

  test('link to what exists', () => {
    const broken = documents.flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/\]\(([^)#\s]+)(#[^)]*)?\)/g)]
        .map(([, target]) => target!)
        .filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(dirname(file), target)))
        .map((target) => `${file} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test('list every decision with its status', () => {
    const index = readFileSync('docs/adr/README.md', 'utf8');
    const decisions = readdirSync('docs/adr').filter((name) => /^\d{4}-.*\.md$/.test(name));
    expect(decisions.filter((name) => !new RegExp(`\\]\\(${name}\\)\\s*\\|\\s*\\w+`).test(index))).toEqual([]);
  });
});
