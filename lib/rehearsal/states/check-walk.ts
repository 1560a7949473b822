import { isObject, type JsonObject } from './json.ts';

/** One thing that AWS would refuse when the state machine is created. */
export interface Finding {
  /** `$.States.Notify.Retry[0].ErrorEquals` */
  readonly path: string;
  readonly message: string;
  /** Name of the rule, for lists and exceptions: `states-all-alone`. */
  readonly rule: string;
}

/** States of one level: the machine's own, a branch's or a Map's. */
export interface FlowNode {
  readonly path: string;
  readonly outer: FlowNode | undefined;
  readonly states: readonly StateNode[];
}

export interface StateNode {
  readonly name: string;
  readonly path: string;
  readonly raw: JsonObject;
  readonly flow: FlowNode;
  readonly isJsonata: boolean;
}

function flowsBelow(state: JsonObject, path: string): (readonly [unknown, string])[] {
  const branches = Array.isArray(state.Branches) ? state.Branches : [];
  const below: (readonly [unknown, string])[] = branches.map((item, index) => [item, `${path}.Branches[${index}]`]);
  for (const field of ['ItemProcessor', 'Iterator']) {
    if (state[field] !== undefined) below.push([state[field], `${path}.${field}`]);
  }
  return below;
}

/** States that are no objects, below an object of states on any level. */
export function checkStateShapes(definition: JsonObject): Finding[] {
  const found: Finding[] = [];
  const visit = (value: unknown, path: string): void => {
    if (!isObject(value)) return;
    for (const [name, state] of Object.entries(isObject(value.States) ? value.States : {})) {
      const at = `${path}.States.${name}`;
      if (!isObject(state)) found.push({ path: at, rule: 'state-object', message: 'a state must be a JSON object' });
      else for (const [below, belowPath] of flowsBelow(state, at)) visit(below, belowPath);
    }
  };
  visit(definition, '$');
  return found;
}

/** All levels of a definition, outer before inner; without states that are no objects. */
export function flowsOf(definition: JsonObject): FlowNode[] {
  const machineIsJsonata = definition.QueryLanguage === 'JSONata';
  const flows: FlowNode[] = [];
  const visit = (raw: JsonObject, path: string, outer: FlowNode | undefined): void => {
    const states: StateNode[] = [];
    const flow: FlowNode = { path, outer, states };
    flows.push(flow);
    for (const [name, state] of Object.entries(isObject(raw.States) ? raw.States : {})) {
      if (!isObject(state)) continue;
      const language = state.QueryLanguage ?? (machineIsJsonata ? 'JSONata' : 'JSONPath');
      states.push({ name, path: `${path}.States.${name}`, raw: state, flow, isJsonata: language === 'JSONata' });
    }
    for (const state of states) {
      for (const [below, belowPath] of flowsBelow(state.raw, state.path)) {
        if (isObject(below)) visit(below, belowPath, flow);
      }
    }
  };
  visit(definition, '$', undefined);
  return flows;
}

/** Members of a field that should be an array of objects, with their paths. */
export function objectsIn(raw: JsonObject, field: string, path: string): (readonly [JsonObject, string])[] {
  const list: readonly unknown[] = Array.isArray(raw[field]) ? raw[field] : [];
  return list.flatMap((item, index) => (isObject(item) ? [[item, `${path}.${field}[${index}]`] as const] : []));
}
