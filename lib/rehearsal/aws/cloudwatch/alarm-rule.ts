import { InputError } from '../../../plan/input-error.ts';
import type { AlarmState } from './alarm-state.ts';

/** What a composite alarm's rule comes to, given the states of the alarms that it names. */
export interface AlarmRuleExpression {
  /** Names of the alarms, in the order of their first mention. */
  readonly children: readonly string[];
  holds(stateOf: (alarmName: string) => AlarmState | undefined): boolean;
}

type Node = (stateOf: (alarmName: string) => AlarmState | undefined) => boolean;

const token =
  /\s*(AND\b|OR\b|NOT\b|TRUE\b|FALSE\b|[()]|(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*(?:"[^"]+"|[^\s()"]+)\s*\))/y;
const stateFunction = /^(ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"?([^"()]+?)"?\s*\)$/;

/**
 * Reads an AlarmRule: state functions of alarms by name or ARN, AND, OR, NOT, TRUE, FALSE and parentheses; NOT binds
 * tighter than AND, AND tighter than OR. InputError for anything else.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
 */
export function compileAlarmRule(rule: string): AlarmRuleExpression {
  const reader = new RuleReader(rule);
  const node = reader.read();
  return { children: reader.children, holds: node };
}

class RuleReader {
  readonly children: string[] = [];
  readonly #rule: string;
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(rule: string) {
    this.#rule = rule;
    const reader = new RegExp(token);
    while (reader.lastIndex < rule.trimEnd().length) {
      const found = reader.exec(rule)?.[1];
      if (found === undefined) throw this.#fault();
      this.#tokens.push(found);
    }
  }

  read(): Node {
    const node = this.#or();
    if (this.#at < this.#tokens.length) throw this.#fault();
    return node;
  }

  #or(): Node {
    let left = this.#and();
    while (this.#take('OR')) left = either(left, this.#and());
    return left;
  }

  #and(): Node {
    let left = this.#not();
    while (this.#take('AND')) left = both(left, this.#not());
    return left;
  }

  #not(): Node {
    if (this.#take('NOT')) {
      const inner = this.#not();
      return (stateOf) => !inner(stateOf);
    }
    if (this.#take('(')) {
      const inner = this.#or();
      if (!this.#take(')')) throw this.#fault();
      return inner;
    }
    if (this.#take('TRUE')) return () => true;
    if (this.#take('FALSE')) return () => false;
    const [, state, reference] = stateFunction.exec(this.#tokens[this.#at] ?? '') ?? [];
    if (state === undefined || reference === undefined) throw this.#fault();
    this.#at++;
    const name = reference.startsWith('arn:') ? (reference.split(':alarm:')[1] ?? reference) : reference;
    if (!this.children.includes(name)) this.children.push(name);
    return (stateOf) => stateOf(name) === state;
  }

  #take(wanted: string): boolean {
    if (this.#tokens[this.#at] !== wanted) return false;
    this.#at++;
    return true;
  }

  #fault(): InputError {
    return new InputError(`AlarmRule ${JSON.stringify(this.#rule)}: not a rule expression`);
  }
}

function either(a: Node, b: Node): Node {
  return (stateOf) => a(stateOf) || b(stateOf);
}

function both(a: Node, b: Node): Node {
  return (stateOf) => a(stateOf) && b(stateOf);
}
