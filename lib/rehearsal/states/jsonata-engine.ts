import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type jsonata from 'jsonata';
import type { RandomStream } from '../kernel/random-stream.ts';
import { stepFunctions } from './jsonata-functions.ts';

/** What an expression may know of the world outside its bindings. */
export interface EvaluationWorld {
  readonly nowMs: number;
  readonly random: RandomStream;
}

/**
 * Bounds of ours, so that an endless expression ends the same on every machine: Step Functions limits time and
 * memory of an evaluation but does not publish the figures.
 */
const maximumSteps = 300_000;
const maximumDepth = 1000;

interface Turn {
  readonly world: EvaluationWorld;
  steps: number;
}

let current: Turn | undefined;
let lastEvaluation: Promise<unknown> = Promise.resolve();

function currentTurn(): Turn {
  if (current === undefined) throw new TypeError('a JSONata expression asks for the time outside an evaluation');
  return current;
}

/**
 * `Date` as the JSONata library sees it: an evaluation's own virtual time. Its guard against endless expressions asks
 * `Date.now()` at every step, so here that counts steps, which a slow machine can't change.
 */
class VirtualDate extends Date {
  constructor(...parts: [] | [number | string]) {
    // Compiling an expression makes one date too, which every evaluation replaces.
    super(parts[0] ?? current?.world.nowMs ?? 0);
  }
  static override now(): number {
    return currentTurn().steps++;
  }
  /** Without an offset ECMAScript means local time, which differs between machines; the service runs in UTC. */
  static override parse(text: string): number {
    return Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
  }
}

const virtualMath: object = Object.create(Math, { random: { value: () => currentTurn().world.random.next() } });

/** The library reads the real clock and Math.random by name: it is loaded with virtual ones in their place. */
function loadLibrary(): typeof jsonata {
  const source = readFileSync(createRequire(import.meta.url).resolve('jsonata'), 'utf8');
  const module: { exports: unknown } = { exports: {} };
  const load = new Function('module', 'exports', 'Date', 'Math', source);
  load(module, module.exports, VirtualDate, virtualMath);
  return module.exports as typeof jsonata;
}

const library = loadLibrary();

export interface CompiledExpression {
  readonly text: string;
  /** Why it doesn't compile; such an expression fails when it is evaluated. */
  readonly syntaxError: string | undefined;
  readonly expression: jsonata.Expression | undefined;
}

/** Text of an error of the library: `T1006: Attempted to invoke a non-function`. */
function errorText(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return code === undefined ? (message ?? String(error)) : `${code}: ${message ?? ''}`;
}

/** @param text the expression without its `{% %}` */
export function compileExpression(text: string): CompiledExpression {
  try {
    const expression = library(text, { timeout: maximumSteps, stack: maximumDepth });
    for (const { name, signature, implementation } of stepFunctions) {
      expression.registerFunction(
        name,
        (...args: unknown[]) => implementation(currentTurn().world, ...args),
        signature,
      );
    }
    // Step Functions has no $eval (https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html).
    expression.assign('eval', undefined);
    return { text, syntaxError: undefined, expression };
  } catch (error) {
    return { text, syntaxError: errorText(error), expression: undefined };
  }
}

/** Value of an expression, or `failure` with the library's code and text. */
export type ExpressionResult = { readonly value: unknown } | { readonly failure: string };

/**
 * Evaluates an expression. Evaluations of the process take turns, so draws from the random stream and the step count
 * depend on the order of the calls only.
 */
export function evaluateExpression(
  compiled: CompiledExpression,
  bindings: Readonly<Record<string, unknown>>,
  world: EvaluationWorld,
): Promise<ExpressionResult> {
  const turn = lastEvaluation.then(async (): Promise<ExpressionResult> => {
    if (compiled.expression === undefined) return { failure: compiled.syntaxError ?? '' };
    current = { world, steps: 0 };
    try {
      return { value: await compiled.expression.evaluate(undefined, { ...bindings }) };
    } catch (error) {
      return { failure: errorText(error) };
    } finally {
      current = undefined;
    }
  });
  lastEvaluation = turn;
  return turn;
}
