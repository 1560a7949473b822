import { createRequire } from 'node:module';

/** What asl-validator gives; it brings no types. */
interface AslValidation {
  readonly errors: readonly { readonly 'Error code': string; readonly Message: string; readonly path?: string }[];
}

type AjvConstructor = new (options: object) => object;

const require = createRequire(import.meta.url);
let compiled: object | undefined;

/**
 * asl-validator's verdict on a definition, into which it writes. For every definition it makes an Ajv of its own, with
 * the same keywords, and compiles the same fifteen schemas, 0.1 s each time. While it runs here, it gets the one that it
 * made first, to which the keywords need not be added again.
 */
export function validateAsl(definition: object): AslValidation {
  const validate: (definition: object) => AslValidation = require('asl-validator');
  const ajv: { default: AjvConstructor } = createRequire(require.resolve('asl-validator'))('ajv');
  const Ajv = ajv.default;
  ajv.default = function keepingAjv(options: object) {
    if (compiled !== undefined) return Object.create(compiled, { addKeyword: { value: () => undefined } });
    compiled = new Ajv(options);
    return compiled;
  } as unknown as AjvConstructor;
  try {
    return validate(definition);
  } finally {
    ajv.default = Ajv;
  }
}
