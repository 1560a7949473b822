import { assignedNames, checkAssignments } from './check-variables.ts';
import { type Finding, objectsIn, type StateNode } from './check-walk.ts';
import { inspectExpression } from './expression-inspection.ts';
import { isObject } from './json.ts';
import { expressionText } from './template.ts';

/** Which members of `$states` a field may read beside input and context. */
interface Availability {
  readonly result: boolean;
  readonly errorOutput: boolean;
}

const nothing: Availability = { result: false, errorOutput: false };

/** States whose Output and Assign see a result (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html). */
const typesWithResult = ['Task', 'Parallel', 'Map'];

const structural = ['Branches', 'ItemProcessor', 'Iterator', 'Retry', 'Catch', 'Choices', 'Comment'];

interface Place {
  readonly value: unknown;
  readonly path: string;
  readonly available: Availability;
}

function* expressionsIn({ value, path, available }: Place): Generator<Place & { readonly text: string }> {
  const text = expressionText(value);
  if (text !== undefined) yield { value, path, available, text };
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      yield* expressionsIn({ value: item, path: `${path}[${index}]`, available });
  } else if (isObject(value)) {
    for (const [name, member] of Object.entries(value)) {
      yield* expressionsIn({ value: member, path: `${path}.${name}`, available });
    }
  }
}

/** Every field of a state that can hold expressions. */
function* placesOf(state: StateNode): Generator<Place> {
  const hasResult = typesWithResult.includes(String(state.raw.Type));
  for (const [field, value] of Object.entries(state.raw)) {
    if (structural.includes(field)) continue;
    const afterwards = field === 'Output' || field === 'Assign';
    yield { value, path: `${state.path}.${field}`, available: { ...nothing, result: hasResult && afterwards } };
  }
  for (const [catcher, path] of objectsIn(state.raw, 'Catch', state.path)) {
    const available = { ...nothing, errorOutput: true };
    yield { value: { Assign: catcher.Assign, Output: catcher.Output }, path, available };
  }
  for (const [rule, path] of objectsIn(state.raw, 'Choices', state.path)) {
    yield { value: rule, path, available: nothing };
  }
}

function checkStatesMembers(members: Iterable<string>, path: string, available: Availability): Finding[] {
  const findings: Finding[] = [];
  for (const member of members) {
    if (member === 'input' || member === 'context') continue;
    if (member === 'result' && available.result) continue;
    if (member === 'errorOutput' && available.errorOutput) continue;
    const where: Readonly<Record<string, string>> = {
      result: 'only Output and Assign of Task, Parallel and Map have $states.result',
      errorOutput: 'only Output and Assign of a Catch have $states.errorOutput',
    };
    findings.push({
      path,
      rule: 'states-member',
      message: where[member] ?? `$states has no ${member}; it has input, context, result and errorOutput`,
    });
  }
  return findings;
}

/** Expressions of one JSONata state: syntax, $eval, what $states offers there, variables that nothing assigns. */
export function checkExpressions(state: StateNode): Finding[] {
  const findings = checkAssignments(state);
  const known = assignedNames(state.flow);
  for (const place of placesOf(state)) {
    for (const { text, path, available } of expressionsIn(place)) {
      const inspected = inspectExpression(text);
      if (inspected.syntaxError !== undefined) {
        findings.push({ path, rule: 'jsonata-syntax', message: inspected.syntaxError });
        continue;
      }
      if (inspected.usesEval) {
        findings.push({ path, rule: 'no-eval', message: 'Step Functions has no $eval; $parse reads JSON text' });
      }
      findings.push(...checkStatesMembers(inspected.statesMembers, path, available));
      for (const name of inspected.freeVariables) {
        if (!known.has(name)) {
          findings.push({
            path,
            rule: 'undefined-variable',
            message: `$${name}: no state on this level or around it assigns it, and it is no function`,
          });
        }
      }
    }
  }
  return findings;
}
