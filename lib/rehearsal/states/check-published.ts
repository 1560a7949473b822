import type { ASTNode } from 'amazon-states-language-service';
import { validateAsl } from './asl-validator.ts';
import type { Finding } from './check-walk.ts';
import { isObject, type JsonObject } from './json.ts';
import { expressionText } from './template.ts';

const anyExpression = '{% $value %}';

/** Fields whose whole content is data; our own rules look into their expressions. */
const dataFields: Readonly<Record<string, unknown>> = {
  Arguments: {},
  Assign: {},
  Output: {},
  ItemSelector: {},
  Items: anyExpression,
  Credentials: { RoleArn: 'arn:aws:iam::111122223333:role/any' },
};

/**
 * The definition as the published validators can read it. They refuse legal things (a literal Condition, expressions
 * over several lines or without spaces, empty strings and lists in data), so data and expressions are replaced by
 * plain ones; CDK substitutions `${…}` in a Resource by an ARN.
 */
function simplified(value: unknown, field = ''): unknown {
  if (field === 'Condition' && typeof value === 'boolean') return anyExpression;
  if (typeof value === 'string') {
    if (field === 'Resource' && value.includes('${')) return 'arn:aws:states:::lambda:invoke';
    return expressionText(value) === undefined ? value : anyExpression;
  }
  if (Array.isArray(value)) return value.map((item) => simplified(item, field));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (field === 'States' || !Object.hasOwn(dataFields, name) || !isJsonataData(name, member)) {
        return [name, simplified(member, field === 'States' ? '' : name)];
      }
      return [name, dataFields[name]];
    }),
  );
}

/** An Assign must be an object and Credentials too: what isn't is left for the validators to name. */
function isJsonataData(field: string, value: unknown): boolean {
  if (field === 'Assign' || field === 'Credentials') return isObject(value);
  if (field === 'Items') return Array.isArray(value) || expressionText(value) !== undefined;
  return true;
}

function aslValidator(definition: JsonObject): Finding[] {
  // It writes into the definition.
  const { errors } = validateAsl(structuredClone(definition));
  const told = errors.filter((error) => !error.Message.includes('/QueryLanguage is invalid'));
  // A schema that doesn't fit is told once for every query language; what is wrong is in the other messages.
  return (told.length > 0 ? told : errors).map((error) => ({
    path: error.path ?? schemaPath(error.Message),
    message: error.Message,
    rule: `asl-validator:${error['Error code']}`,
  }));
}

/** `/States/Wait/Seconds is invalid. …` → `$.States.Wait.Seconds` */
function schemaPath(message: string): string {
  const pointer = /^(\/.*?) is invalid/.exec(message)?.[1] ?? '';
  return `$${pointer.replaceAll('/', '.')}`;
}

/** Path of a node of the language service's tree: `$.States.Wait.Seconds`. */
function pathOf(node: ASTNode | undefined): string {
  // The root's parent is null, whatever the type says.
  const parent = node?.parent ?? undefined;
  if (node === undefined || parent === undefined) return '$';
  if (parent.type === 'property') return `${pathOf(parent.parent)}.${parent.keyNode.value}`;
  if (parent.type === 'array') return `${pathOf(parent)}[${parent.items.indexOf(node)}]`;
  return pathOf(parent);
}

async function languageService(definition: JsonObject): Promise<Finding[]> {
  const [{ getLanguageService }, { TextDocument }] = await Promise.all([
    import('amazon-states-language-service'),
    import('vscode-languageserver-textdocument'),
  ]);
  const service = getLanguageService({});
  const document = TextDocument.create('file:///definition.asl.json', 'asl', 1, JSON.stringify(definition, null, 1));
  const json = service.parseJSONDocument(document) as ReturnType<typeof service.parseJSONDocument> & {
    getNodeFromOffset(offset: number): ASTNode | undefined;
  };
  const diagnostics = await service.doValidation(document, json);
  return diagnostics.map((diagnostic) => ({
    path: pathOf(json.getNodeFromOffset(document.offsetAt(diagnostic.range.start))),
    message: typeof diagnostic.message === 'string' ? diagnostic.message : diagnostic.message.value,
    rule: 'states-language-service',
  }));
}

/** What asl-validator and AWS's own language service refuse. */
export async function checkWithPublishedValidators(definition: JsonObject): Promise<Finding[]> {
  const plain = simplified(definition) as JsonObject;
  return [...aslValidator(plain), ...(await languageService(plain))];
}
