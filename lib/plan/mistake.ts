import { InputError } from './input-error.ts';

/** Where in lifeboat.yaml: keys and list indices from the root. */
export type PlanPath = readonly (string | number)[];

/** A mistake before its place in the text is known. `at` says whether the key or its value is the culprit. */
export interface Finding {
  readonly path: PlanPath;
  readonly at?: 'key' | 'value';
  readonly message: string;
  readonly remedy: string;
}

/** `line` and `column` count from 1, and are 0 where the file itself is the mistake; `path` reads like `applications[2].rto`, empty for the whole document. */
export interface Mistake {
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
  readonly remedy: string;
}

/** Every mistake of one lifeboat.yaml, ordered by place. The message holds them all, one a line. */
export class PlanError extends InputError {
  readonly file: string;
  readonly mistakes: readonly Mistake[];

  constructor(file: string, mistakes: readonly Mistake[]) {
    super(mistakes.map((mistake) => mistakeLine(file, mistake)).join('\n'));
    this.file = file;
    this.mistakes = mistakes;
  }
}

/** `file:line:column path: message (remedy)`, the form that editors and terminals make a link of. */
export function mistakeLine(file: string, mistake: Mistake): string {
  const place = mistake.line === 0 ? `${file}:` : `${file}:${mistake.line}:${mistake.column}`;
  const path = mistake.path === '' ? '' : ` ${mistake.path}:`;
  return `${place}${path} ${mistake.message} (${mistake.remedy})`;
}

export function pathText(path: PlanPath): string {
  let text = '';
  for (const step of path) {
    if (typeof step === 'number') text += `[${step}]`;
    else if (/^[A-Za-z][\w-]*$/.test(step)) text += text === '' ? step : `.${step}`;
    else text += `["${step}"]`;
  }
  return text;
}
