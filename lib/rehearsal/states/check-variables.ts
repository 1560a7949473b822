import { type Finding, type FlowNode, objectsIn, type StateNode } from './check-walk.ts';
import { isObject } from './json.ts';

/** Longest name of a variable (https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html). */
const maximumNameLength = 80;

/** Every Assign of a state: its own, its rules', its catchers'. */
function assignsOf(state: StateNode): (readonly [string, string])[] {
  const places: (readonly [unknown, string])[] = [[state.raw.Assign, `${state.path}.Assign`]];
  for (const field of ['Choices', 'Catch']) {
    for (const [entry, path] of objectsIn(state.raw, field, state.path)) places.push([entry.Assign, `${path}.Assign`]);
  }
  return places.flatMap(([assign, path]) =>
    isObject(assign) ? Object.keys(assign).map((key) => [key.replace(/\.\$$/, ''), `${path}.${key}`] as const) : [],
  );
}

function ownNames(flow: FlowNode): string[] {
  return flow.states.flatMap((state) => assignsOf(state).map(([name]) => name));
}

/** Names that a state of this level can read: assigned here or further out. */
export function assignedNames(flow: FlowNode | undefined): ReadonlySet<string> {
  const names = new Set<string>();
  for (let level = flow; level !== undefined; level = level.outer) {
    for (const name of ownNames(level)) names.add(name);
  }
  return names;
}

export function checkAssignments(state: StateNode): Finding[] {
  const findings: Finding[] = [];
  const outer = assignedNames(state.flow.outer);
  for (const [name, path] of assignsOf(state)) {
    if (name === 'states') {
      findings.push({ path, rule: 'reserved-variable', message: '$states is reserved; use another name' });
    } else if (outer.has(name)) {
      findings.push({
        path,
        rule: 'outer-variable',
        message: `$${name} belongs to a level further out: a branch or iteration can read it, not assign it`,
      });
    }
    if (!/^[\p{ID_Start}_][\p{ID_Continue}]*$/u.test(name) || name.length > maximumNameLength) {
      findings.push({
        path,
        rule: 'variable-name',
        message: `a variable's name is an identifier of at most ${maximumNameLength} characters, without $`,
      });
    }
  }
  return findings;
}
