import vm from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { moduleScript } from '../../../../../../lib/rehearsal/aws/lambda/runtime/module-script.ts';

type Run = (imports: readonly (readonly unknown[])[], keyword: unknown) => Promise<Record<string, unknown>>;

/** Runs the script with imports whose every name is bound to «specifier.name». */
function run(source: string, keyword: unknown = undefined): Promise<Record<string, unknown>> {
  const { text, requests } = moduleScript(source);
  const values = requests.map(({ specifier, names }) => names.map(([name]) => `${specifier}.${name}`));
  const script: Run = new vm.Script(text, { filename: 'index.mjs', lineOffset: -1 }).runInThisContext();
  return script(values, keyword);
}

describe('a module as a script', () => {
  test.each([
    ['named', 'import{a as b,c}from"x";export{b,c};', { b: 'x.a', c: 'x.c' }],
    ['default', "import d from 'x'\nexport{d as e};", { e: 'x.default' }],
    ['namespace', 'import*as all from"x";export{all};', { all: 'x.*' }],
    ['default and named', 'import d, { a as b, } from "x";export{d,b}', { d: 'x.default', b: 'x.a' }],
    ['default and namespace', 'import d,* as n from "x";export{d,n}', { d: 'x.default', n: 'x.*' }],
    ['for its effects', 'import"x";export const a=1', { a: 1 }],
    ['in the middle', 'const a=1;import{b}from"x";export{a,b}', { a: 1, b: 'x.b' }],
  ])('has the values of an import: %s', async (_what, source, exports) => {
    expect(await run(source)).toEqual(exports);
  });

  test('exports declarations and clauses', async () => {
    const exports = await run(
      'export const a=1,b=2;export let c=3;export function d(){return 4}export async function e(){}export class F{}const g=7;export{g as "a name",a as h}',
    );
    expect(Object.keys(exports)).toEqual(['a', 'b', 'c', 'd', 'e', 'F', 'a name', 'h']);
    expect(exports).toMatchObject({ a: 1, b: 2, c: 3, 'a name': 7, h: 1 });
  });

  test('is strict, has no this, and waits at its top level', async () => {
    const source =
      'export const self=this;export const late=await Promise.resolve(3);export{refused};let refused;try{undeclared=1}catch(e){refused=e.name}';
    expect(await run(source)).toEqual({ self: undefined, late: 3, refused: 'ReferenceError' });
  });

  test('words that look like imports and exports in text and comments stay', async () => {
    const source = 'export const a=\'import{x}from"y";export{a}\';/* import "z" */ export const b=/export{a}/.source';
    expect(await run(source)).toEqual({ a: 'import{x}from"y";export{a}', b: 'export{a}' });
  });

  test('import() and import.meta go to the keyword, whatever names the module uses itself', async () => {
    const keyword = Object.assign((name: string) => `loaded ${name}`, { meta: { url: 'file:///own' } });
    const source =
      'const $mport=1,$mpor0=2,$given=3;export const a=import("x"),b=import.meta.url,c=$mport+$mpor0+$given';
    expect(await run(source, keyword)).toEqual({ a: 'loaded x', b: 'file:///own', c: 6 });
  });

  test('what follows an import is a statement of its own', async () => {
    const source = 'let n=0;const f=()=>n++\nimport{a}from"x"\n(f)()\nexport{n,a}';
    expect(await run(source)).toEqual({ n: 1, a: 'x.a' });
  });

  test('errors carry the line and column of the module', async () => {
    const source = 'import {a} from "x";\nexport{a};\n   null.b';
    const stack = await run(source).catch((error: Error) => error.stack);
    expect(stack).toContain('index.mjs:3:9');
  });

  test.each([
    ['a re-export', 'export{a}from"x"'],
    ['a re-export of all', 'export*from"x"'],
    ['a default export', 'export default 3'],
    ['a default export with a name', 'export default function a(){}'],
    ['an import attribute', 'import a from"x"with{type:"json"}'],
    ['an import by text', 'import{"a b" as c}from"x"'],
    ['an import phase', 'import source a from"x"'],
  ])('%s is refused by name', (_what, source) => {
    expect(() => moduleScript(source)).toThrow(expect.objectContaining({ name: 'UnsupportedModuleError' }));
  });

  test('what is no module is a SyntaxError', () => {
    expect(() => moduleScript('import {')).toThrow(SyntaxError);
  });
});
