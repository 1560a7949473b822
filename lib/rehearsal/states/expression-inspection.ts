import { isObject, type JsonObject } from './json.ts';
import { compileExpression } from './jsonata-engine.ts';

/** Functions of JSONata 2.0 (https://docs.jsonata.org) and those that Step Functions adds. */
const functions: ReadonlySet<string> = new Set(
  (
    'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl ' +
    'decodeUrlComponent distinct each encodeUrl encodeUrlComponent error eval exists filter floor formatBase ' +
    'formatInteger formatNumber fromMillis join keys length lookup lowercase map match max merge millis min not now ' +
    'number pad parseInteger power random reduce replace reverse round shuffle sift single sort split spread sqrt ' +
    'string substring substringAfter substringBefore sum toMillis trim type uppercase values zip ' +
    'partition range hash uuid parse'
  ).split(' '),
);

export interface InspectedExpression {
  readonly syntaxError: string | undefined;
  readonly usesEval: boolean;
  /** Members of `$states` that are read by name. */
  readonly statesMembers: ReadonlySet<string>;
  /** Variables that neither the expression nor the language defines, `states` left out. */
  readonly freeVariables: ReadonlySet<string>;
}

/** Every node of the tree that the library's parser made, whatever member it hangs on. */
function* nodesOf(value: unknown, seen: Set<unknown>): Generator<JsonObject> {
  if (typeof value !== 'object' || value === null || seen.has(value)) return;
  seen.add(value);
  if (isObject(value) && !(value instanceof RegExp)) yield value;
  for (const member of Object.values(value)) yield* nodesOf(member, seen);
}

/** Names that the expression binds itself: `$x := …`, parameters, `@$x` and `#$x`. */
function boundNames(node: JsonObject): string[] {
  const names: string[] = [];
  const take = (target: unknown) => {
    if (isObject(target) && target.type === 'variable' && typeof target.value === 'string') names.push(target.value);
  };
  if (node.type === 'bind') take(node.lhs);
  if (node.type === 'lambda' && Array.isArray(node.arguments)) node.arguments.forEach(take);
  if (typeof node.focus === 'string') names.push(node.focus);
  if (typeof node.index === 'string') names.push(node.index);
  if (isObject(node.index) && typeof node.index.value === 'string') names.push(node.index.value);
  return names;
}

/** The member that a path reads of `$states`: `result` of `$states.result.Payload`. */
function statesMember(node: JsonObject): string | undefined {
  if (node.type !== 'path' || !Array.isArray(node.steps)) return undefined;
  const [first, second] = node.steps as unknown[];
  const ofStates = isObject(first) && first.type === 'variable' && first.value === 'states';
  return ofStates && isObject(second) && second.type === 'name' ? String(second.value) : undefined;
}

/** @param text an expression without its marks */
export function inspectExpression(text: string): InspectedExpression {
  const compiled = compileExpression(text);
  const bound = new Set<string>();
  const read = new Set<string>();
  const statesMembers = new Set<string>();
  for (const node of nodesOf(compiled.expression?.ast(), new Set())) {
    for (const name of boundNames(node)) bound.add(name);
    if (node.type === 'variable' && typeof node.value === 'string') read.add(node.value);
    const member = statesMember(node);
    if (member !== undefined) statesMembers.add(member);
  }
  const freeVariables = new Set<string>();
  for (const name of read) {
    // `$` and `$$` are the empty name and `$`.
    const special = name === '' || name === '$' || name === 'states';
    if (!special && !bound.has(name) && !functions.has(name)) freeVariables.add(name);
  }
  return {
    syntaxError: compiled.syntaxError,
    usesEval: read.has('eval') && !bound.has('eval'),
    statesMembers,
    freeVariables,
  };
}
