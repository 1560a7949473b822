import { InputError } from '../../../plan/input-error.ts';

export interface InputTransformer {
  readonly InputPathsMap?: Readonly<Record<string, string>> | undefined;
  readonly InputTemplate: string;
}

type Render = (event: unknown) => string;

/** What the template may name beside its own paths. */
export interface TransformerContext {
  readonly ruleArn: string;
  readonly ruleName: string;
}

/**
 * Compiles an InputTransformer: `<name>` becomes the value's JSON, or inside quotes its text; a path that leads nowhere
 * gives nothing. InputError for a name that isn't defined.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
 */
export function compileTransformer(transformer: InputTransformer, context: TransformerContext): Render {
  const paths = new Map(
    Object.entries(transformer.InputPathsMap ?? {}).map(([name, path]) => [name, compileInputPath(path)]),
  );
  const predefined = new Map<string, (event: unknown) => unknown>([
    ['aws.events.rule-arn', () => context.ruleArn],
    ['aws.events.rule-name', () => context.ruleName],
    ['aws.events.event', (event) => event],
    ['aws.events.event.json', (event) => event],
    ['aws.events.event.ingestion-time', (event) => compileInputPath('$.time')(event)],
  ]);
  const pieces: Render[] = [];
  let quoted = false;
  for (const piece of transformer.InputTemplate.split(/(<[\w.-]+>|\\.|")/)) {
    if (piece === '"') quoted = !quoted;
    const name = /^<(.+)>$/.exec(piece)?.[1];
    if (name === undefined) {
      pieces.push(() => piece);
      continue;
    }
    const value = paths.get(name) ?? predefined.get(name);
    if (value === undefined) throw new InputError(`InputTemplate: <${name}> is not in InputPathsMap`);
    const inQuotes = quoted;
    pieces.push((event) => rendered(value(event), inQuotes));
  }
  return (event) => pieces.map((piece) => piece(event)).join('');
}

function rendered(value: unknown, quoted: boolean): string {
  if (!quoted) return value === undefined ? '""' : JSON.stringify(value);
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return JSON.stringify(text).slice(1, -1);
}

/** `$`, `$.detail.state`, `$.resources[0]`, `$['detail-type']`, `$.detail-type`. Anything else is refused by name. */
export function compileInputPath(path: string): (event: unknown) => unknown {
  const steps: (string | number)[] = [];
  const shape = /\.([\w-]+)|\[(\d+)\]|\['([^']+)'\]/y;
  shape.lastIndex = 1;
  while (path.startsWith('$') && shape.lastIndex < path.length && shape.lastIndex > 0) {
    const match = shape.exec(path);
    if (match === null) break;
    steps.push(match[2] === undefined ? (match[1] ?? match[3] ?? '') : Number(match[2]));
  }
  if (!path.startsWith('$') || (path.length > 1 && shape.lastIndex !== path.length)) {
    throw new InputError(`not simulated: input path ${path}`);
  }
  return (event) => {
    let value: unknown = event;
    for (const step of steps) value = child(value, step);
    return value;
  };
}

function child(value: unknown, step: string | number): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.entries(value).find(([key]) => key === String(step))?.[1];
}
