import { type Finding, type FlowNode, objectsIn, type StateNode } from './check-walk.ts';
import { isObject } from './json.ts';
import { expressionText } from './template.ts';

const jsonPathFields = [
  'InputPath',
  'OutputPath',
  'Parameters',
  'ResultPath',
  'ResultSelector',
  'Result',
  'SecondsPath',
  'TimestampPath',
  'TimeoutSecondsPath',
  'HeartbeatSecondsPath',
  'ErrorPath',
  'CausePath',
  'ItemsPath',
  'MaxConcurrencyPath',
  'ToleratedFailureCountPath',
  'ToleratedFailurePercentagePath',
];

/** Literal numbers of a state: whole, from, to. */
const numberBounds: Readonly<Record<string, { from: number; to: number; whole: boolean }>> = {
  TimeoutSeconds: { from: 1, to: 99_999_999, whole: true },
  HeartbeatSeconds: { from: 1, to: 99_999_999, whole: true },
  Seconds: { from: 0, to: 99_999_999, whole: true },
  MaxConcurrency: { from: 0, to: Number.MAX_SAFE_INTEGER, whole: true },
  ToleratedFailureCount: { from: 0, to: Number.MAX_SAFE_INTEGER, whole: true },
  ToleratedFailurePercentage: { from: 0, to: 100, whole: false },
};

/** Longest name of a state (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-states.html). */
const maximumNameLength = 80;

function checkNumbers(state: StateNode): Finding[] {
  const findings: Finding[] = [];
  for (const [field, { from, to, whole }] of Object.entries(numberBounds)) {
    const value = state.raw[field];
    if (value === undefined || expressionText(value) !== undefined) continue;
    if (typeof value !== 'number' || value < from || value > to || (whole && !Number.isInteger(value))) {
      findings.push({
        path: `${state.path}.${field}`,
        rule: 'number-bounds',
        message: `${field} must be ${whole ? 'an integer' : 'a number'} from ${from} to ${to}, or an expression`,
      });
    }
  }
  const { TimeoutSeconds: timeout, HeartbeatSeconds: heartbeat } = state.raw;
  if (typeof timeout === 'number' && typeof heartbeat === 'number' && heartbeat >= timeout) {
    findings.push({
      path: `${state.path}.HeartbeatSeconds`,
      rule: 'heartbeat-below-timeout',
      message: `HeartbeatSeconds (${heartbeat}) must be less than TimeoutSeconds (${timeout})`,
    });
  }
  return findings;
}

function checkCredentials(state: StateNode): Finding[] {
  const { Credentials: credentials } = state.raw;
  if (credentials === undefined) return [];
  const path = `${state.path}.Credentials`;
  const allowed = state.isJsonata ? ['RoleArn'] : ['RoleArn', 'RoleArn.$'];
  if (state.raw.Type !== 'Task') return [{ path, rule: 'credentials', message: 'only a Task has Credentials' }];
  if (!isObject(credentials) || !Object.keys(credentials).some((key) => allowed.includes(key))) {
    return [{ path, rule: 'credentials', message: 'Credentials must be an object with RoleArn' }];
  }
  return Object.keys(credentials)
    .filter((key) => !allowed.includes(key))
    .map((key) => ({ path: `${path}.${key}`, rule: 'credentials', message: `Credentials has no ${key}; use RoleArn` }));
}

function checkLanguage(state: StateNode, machineIsJsonata: boolean): Finding[] {
  const findings: Finding[] = [];
  if (machineIsJsonata && state.raw.QueryLanguage !== undefined && state.raw.QueryLanguage !== 'JSONata') {
    findings.push({
      path: `${state.path}.QueryLanguage`,
      rule: 'query-language',
      message: 'a JSONata state machine has only JSONata states',
    });
  }
  if (!state.isJsonata) return findings;
  for (const field of jsonPathFields) {
    if (state.raw[field] !== undefined) {
      findings.push({
        path: `${state.path}.${field}`,
        rule: 'json-path-field',
        message: `${field} belongs to JSONPath; this state is JSONata`,
      });
    }
  }
  if (state.raw.Type === 'Choice') findings.push(...checkConditions(state));
  return findings;
}

function checkConditions(state: StateNode): Finding[] {
  return objectsIn(state.raw, 'Choices', state.path).flatMap(([rule, path]) =>
    typeof rule.Condition === 'boolean' || expressionText(rule.Condition) !== undefined
      ? []
      : [
          {
            path: `${path}.Condition`,
            rule: 'condition',
            message: 'Condition must be an expression {% … %} or a boolean',
          },
        ],
  );
}

/** Rules for single states that the published validators miss. */
export function checkState(state: StateNode, machineIsJsonata: boolean): Finding[] {
  const findings = [...checkNumbers(state), ...checkCredentials(state), ...checkLanguage(state, machineIsJsonata)];
  if (state.name.length > maximumNameLength) {
    findings.push({
      path: state.path,
      rule: 'state-name-length',
      message: `a state's name has at most ${maximumNameLength} characters`,
    });
  }
  return findings;
}

/** A state's name is unique in the whole machine, branches and iterations included. */
export function checkDuplicateNames(flows: readonly FlowNode[]): Finding[] {
  const first = new Map<string, string>();
  const findings: Finding[] = [];
  for (const state of flows.flatMap((flow) => flow.states)) {
    const known = first.get(state.name);
    if (known === undefined) first.set(state.name, state.path);
    else {
      findings.push({ path: state.path, rule: 'duplicate-state-name', message: `the name is taken by ${known}` });
    }
  }
  return findings;
}
