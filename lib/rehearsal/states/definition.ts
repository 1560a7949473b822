import { InputError } from '../../plan/input-error.ts';
import { isObject, type JsonObject } from './json.ts';
import type { Retrier } from './retry.ts';
import { compileTemplate, type Template } from './template.ts';

/** What a state does with its data when it is left one way: `Assign` and `Output`, then `Next`. */
export interface Exit {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
  /** Undefined when the state ends its thread. */
  readonly next: string | undefined;
}

export interface Catcher extends Exit {
  readonly errorEquals: readonly string[];
}

interface Common {
  readonly name: string;
  readonly exit: Exit;
}

interface Fallible extends Common {
  readonly retry: readonly Retrier[];
  readonly catchers: readonly Catcher[];
}

export interface TaskState extends Fallible {
  readonly type: 'Task';
  readonly resource: string;
  readonly arguments: Template | undefined;
  readonly credentials: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
}
export interface PassState extends Common {
  readonly type: 'Pass';
}
export interface ChoiceState extends Common {
  readonly type: 'Choice';
  readonly rules: readonly (Exit & { readonly condition: Template })[];
  readonly hasDefault: boolean;
}
export interface WaitState extends Common {
  readonly type: 'Wait';
  readonly seconds: Template | undefined;
  readonly timestamp: Template | undefined;
}
export interface SucceedState extends Common {
  readonly type: 'Succeed';
}
export interface FailState extends Common {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}
export interface ParallelState extends Fallible {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  readonly branches: readonly StateFlow[];
}
export interface MapState extends Fallible {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
  readonly processor: StateFlow;
}
export type State =
  | TaskState
  | PassState
  | ChoiceState
  | WaitState
  | SucceedState
  | FailState
  | ParallelState
  | MapState;

/** States of one level: the machine's own, a branch's, an iteration's. */
export interface StateFlow {
  readonly startAt: string;
  readonly states: ReadonlyMap<string, State>;
}

/** A definition with its expressions compiled; made once, run many times. */
export interface StateMachine extends StateFlow {
  readonly timeoutSeconds: number | undefined;
}

const flowFields = ['StartAt', 'States', 'Comment'];
const commonFields = ['Type', 'Comment', 'QueryLanguage', 'Output', 'Assign', 'Next', 'End'];
const fallibleFields = [...commonFields, 'Retry', 'Catch'];

const stateFields: Readonly<Record<State['type'], readonly string[]>> = {
  Task: [...fallibleFields, 'Resource', 'Arguments', 'Credentials', 'TimeoutSeconds', 'HeartbeatSeconds'],
  Pass: commonFields,
  Choice: ['Type', 'Comment', 'QueryLanguage', 'Output', 'Assign', 'Choices', 'Default'],
  Wait: [...commonFields, 'Seconds', 'Timestamp'],
  Succeed: ['Type', 'Comment', 'QueryLanguage', 'Output'],
  Fail: ['Type', 'Comment', 'QueryLanguage', 'Error', 'Cause'],
  Parallel: [...fallibleFields, 'Branches', 'Arguments'],
  Map: [
    ...fallibleFields,
    'Items',
    'ItemSelector',
    'ItemProcessor',
    'MaxConcurrency',
    'ToleratedFailureCount',
    'ToleratedFailurePercentage',
  ],
};

function refuse(path: string, problem: string): never {
  throw new InputError(`${path}: ${problem}`);
}

function objectAt(value: unknown, path: string): JsonObject {
  return isObject(value) ? value : refuse(path, 'must be a JSON object');
}

function textAt(value: unknown, path: string): string {
  return typeof value === 'string' && value !== '' ? value : refuse(path, 'must be a text that is not empty');
}

function numberAt(value: unknown, path: string): number {
  return typeof value === 'number' ? value : refuse(path, 'must be a number');
}

function listAt(value: unknown, path: string): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(path, 'must be a JSON array');
}

function onlyFields(object: JsonObject, allowed: readonly string[], path: string): void {
  for (const field of Object.keys(object)) {
    if (!allowed.includes(field)) {
      refuse(`${path}.${field}`, `this runner has no such field here; it has ${allowed.join(', ')}`);
    }
  }
}

function optionalTemplate(value: unknown): Template | undefined {
  return value === undefined ? undefined : compileTemplate(value);
}

function parseExit(raw: JsonObject, path: string): Exit {
  return {
    assign: optionalTemplate(raw.Assign === undefined ? undefined : objectAt(raw.Assign, `${path}.Assign`)),
    output: optionalTemplate(raw.Output),
    next: raw.Next === undefined ? undefined : textAt(raw.Next, `${path}.Next`),
  };
}

function parseErrorEquals(value: unknown, path: string): readonly string[] {
  const names = listAt(value, path).map((name, index) => textAt(name, `${path}[${index}]`));
  return names.length > 0 ? names : refuse(path, 'must name at least one error');
}

const retrierFields = [
  'ErrorEquals',
  'IntervalSeconds',
  'MaxAttempts',
  'BackoffRate',
  'MaxDelaySeconds',
  'JitterStrategy',
  'Comment',
];

function parseRetrier(value: unknown, path: string): Retrier {
  const raw = objectAt(value, path);
  onlyFields(raw, retrierFields, path);
  const jitter = raw.JitterStrategy ?? 'NONE';
  if (jitter !== 'NONE' && jitter !== 'FULL') refuse(`${path}.JitterStrategy`, 'must be FULL or NONE');
  return {
    errorEquals: parseErrorEquals(raw.ErrorEquals, `${path}.ErrorEquals`),
    intervalSeconds: numberAt(raw.IntervalSeconds ?? 1, `${path}.IntervalSeconds`),
    maxAttempts: numberAt(raw.MaxAttempts ?? 3, `${path}.MaxAttempts`),
    backoffRate: numberAt(raw.BackoffRate ?? 2, `${path}.BackoffRate`),
    maxDelaySeconds:
      raw.MaxDelaySeconds === undefined ? undefined : numberAt(raw.MaxDelaySeconds, `${path}.MaxDelaySeconds`),
    fullJitter: jitter === 'FULL',
  };
}

function parseCatcher(value: unknown, path: string): Catcher {
  const raw = objectAt(value, path);
  onlyFields(raw, ['ErrorEquals', 'Next', 'Assign', 'Output', 'Comment'], path);
  textAt(raw.Next, `${path}.Next`);
  return { ...parseExit(raw, path), errorEquals: parseErrorEquals(raw.ErrorEquals, `${path}.ErrorEquals`) };
}

function parseFallible(raw: JsonObject, path: string): Pick<Fallible, 'retry' | 'catchers'> {
  return {
    retry: listAt(raw.Retry ?? [], `${path}.Retry`).map((item, index) => parseRetrier(item, `${path}.Retry[${index}]`)),
    catchers: listAt(raw.Catch ?? [], `${path}.Catch`).map((item, index) =>
      parseCatcher(item, `${path}.Catch[${index}]`),
    ),
  };
}

function parseChoice(raw: JsonObject, common: Common, path: string): ChoiceState {
  const choices = listAt(raw.Choices, `${path}.Choices`);
  if (choices.length === 0) refuse(`${path}.Choices`, 'must hold at least one rule');
  const rules = choices.map((item, index) => {
    const at = `${path}.Choices[${index}]`;
    const rule = objectAt(item, at);
    onlyFields(rule, ['Condition', 'Next', 'Assign', 'Output', 'Comment'], at);
    textAt(rule.Next, `${at}.Next`);
    if (rule.Condition === undefined) refuse(`${at}.Condition`, 'is missing');
    return { ...parseExit(rule, at), condition: compileTemplate(rule.Condition) };
  });
  const next = raw.Default === undefined ? undefined : textAt(raw.Default, `${path}.Default`);
  return { ...common, type: 'Choice', exit: { ...common.exit, next }, rules, hasDefault: next !== undefined };
}

function parseWait(raw: JsonObject, common: Common, path: string): WaitState {
  if ((raw.Seconds === undefined) === (raw.Timestamp === undefined)) {
    refuse(path, 'a Wait has either Seconds or Timestamp');
  }
  return {
    ...common,
    type: 'Wait',
    seconds: optionalTemplate(raw.Seconds),
    timestamp: optionalTemplate(raw.Timestamp),
  };
}

function parseMap(raw: JsonObject, common: Common, path: string): MapState {
  const processor = objectAt(raw.ItemProcessor, `${path}.ItemProcessor`);
  const at = `${path}.ItemProcessor`;
  const config = objectAt(processor.ProcessorConfig ?? {}, `${at}.ProcessorConfig`);
  onlyFields(config, ['Mode'], `${at}.ProcessorConfig`);
  if (config.Mode !== undefined && config.Mode !== 'INLINE') {
    refuse(`${at}.ProcessorConfig.Mode`, `this runner has no mode ${String(config.Mode)}; use INLINE`);
  }
  onlyFields(processor, [...flowFields, 'ProcessorConfig'], at);
  return {
    ...common,
    ...parseFallible(raw, path),
    type: 'Map',
    items: optionalTemplate(raw.Items),
    itemSelector: optionalTemplate(raw.ItemSelector),
    maxConcurrency: optionalTemplate(raw.MaxConcurrency),
    toleratedFailureCount: optionalTemplate(raw.ToleratedFailureCount),
    toleratedFailurePercentage: optionalTemplate(raw.ToleratedFailurePercentage),
    processor: parseFlow(processor, at),
  };
}

function parseParallel(raw: JsonObject, common: Common, path: string): ParallelState {
  const branches = listAt(raw.Branches, `${path}.Branches`).map((item, index) => {
    const at = `${path}.Branches[${index}]`;
    const branch = objectAt(item, at);
    onlyFields(branch, flowFields, at);
    return parseFlow(branch, at);
  });
  if (branches.length === 0) refuse(`${path}.Branches`, 'must hold at least one branch');
  return {
    ...common,
    ...parseFallible(raw, path),
    type: 'Parallel',
    arguments: optionalTemplate(raw.Arguments),
    branches,
  };
}

function parseTask(raw: JsonObject, common: Common, path: string): TaskState {
  if (raw.Credentials !== undefined) {
    const credentials = objectAt(raw.Credentials, `${path}.Credentials`);
    onlyFields(credentials, ['RoleArn'], `${path}.Credentials`);
    textAt(credentials.RoleArn, `${path}.Credentials.RoleArn`);
  }
  return {
    ...common,
    ...parseFallible(raw, path),
    type: 'Task',
    resource: textAt(raw.Resource, `${path}.Resource`),
    arguments: optionalTemplate(raw.Arguments),
    credentials: optionalTemplate(raw.Credentials),
    timeoutSeconds: optionalTemplate(raw.TimeoutSeconds),
    heartbeatSeconds: optionalTemplate(raw.HeartbeatSeconds),
  };
}

function parseState(name: string, value: unknown, path: string): State {
  const raw = objectAt(value, path);
  const type = textAt(raw.Type, `${path}.Type`) as State['type'];
  if (!Object.hasOwn(stateFields, type)) {
    refuse(`${path}.Type`, `unknown state type ${type}; one of ${Object.keys(stateFields).join(', ')}`);
  }
  if (raw.QueryLanguage !== undefined && raw.QueryLanguage !== 'JSONata') {
    refuse(`${path}.QueryLanguage`, 'this runner runs JSONata only');
  }
  onlyFields(raw, stateFields[type], path);
  const ends = type === 'Succeed' || type === 'Fail' || type === 'Choice';
  if (!ends && (raw.Next === undefined) === (raw.End !== true)) {
    refuse(path, 'needs either "Next" or "End": true');
  }
  const common: Common = { name, exit: parseExit(raw, path) };
  switch (type) {
    case 'Task':
      return parseTask(raw, common, path);
    case 'Choice':
      return parseChoice(raw, common, path);
    case 'Wait':
      return parseWait(raw, common, path);
    case 'Fail':
      return { ...common, type, error: optionalTemplate(raw.Error), cause: optionalTemplate(raw.Cause) };
    case 'Parallel':
      return parseParallel(raw, common, path);
    case 'Map':
      return parseMap(raw, common, path);
    default:
      return { ...common, type };
  }
}

/** Every state that a state can go to, with the field that says so. */
function* targets(state: State): Generator<readonly [string, string | undefined]> {
  yield [state.type === 'Choice' ? 'Default' : 'Next', state.exit.next];
  if (state.type === 'Choice') {
    for (const [index, rule] of state.rules.entries()) yield [`Choices[${index}].Next`, rule.next];
  }
  if ('catchers' in state) {
    for (const [index, catcher] of state.catchers.entries()) yield [`Catch[${index}].Next`, catcher.next];
  }
}

function parseFlow(raw: JsonObject, path: string): StateFlow {
  const startAt = textAt(raw.StartAt, `${path}.StartAt`);
  const states = new Map<string, State>();
  for (const [name, state] of Object.entries(objectAt(raw.States, `${path}.States`))) {
    states.set(name, parseState(name, state, `${path}.States.${name}`));
  }
  if (!states.has(startAt)) refuse(`${path}.StartAt`, `there is no state ${startAt}`);
  for (const state of states.values()) {
    for (const [field, target] of targets(state)) {
      if (target !== undefined && !states.has(target)) {
        refuse(`${path}.States.${state.name}.${field}`, `there is no state ${target} on this level`);
      }
    }
  }
  return { startAt, states };
}

/**
 * Makes a state machine from a definition in the Amazon States Language.
 * @param definition parsed JSON, with substitutions done
 * @param place what error messages begin with
 * @throws InputError with the path of whatever this runner doesn't run: JSONPath mode, Distributed Map, unknown fields.
 * A JSONata syntax error is not refused here (the checker does): it fails when it is evaluated.
 */
export function loadStateMachine(definition: unknown, place = '$'): StateMachine {
  const raw = objectAt(definition, place);
  onlyFields(raw, [...flowFields, 'QueryLanguage', 'Version', 'TimeoutSeconds'], place);
  if (raw.QueryLanguage !== 'JSONata') {
    const everyStateSays = Object.values(objectAt(raw.States, `${place}.States`)).every(
      (state) => isObject(state) && state.QueryLanguage === 'JSONata',
    );
    if (raw.QueryLanguage !== undefined || !everyStateSays) {
      refuse(`${place}.QueryLanguage`, 'must be "JSONata": this runner does not run JSONPath');
    }
  }
  const timeoutSeconds =
    raw.TimeoutSeconds === undefined ? undefined : numberAt(raw.TimeoutSeconds, `${place}.TimeoutSeconds`);
  return { ...parseFlow(raw, place), timeoutSeconds };
}
