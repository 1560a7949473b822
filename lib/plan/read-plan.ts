import { type Document, isMap, isNode, isScalar, LineCounter, parseAllDocuments } from 'yaml';
import { loosePlan } from './loose-plan.ts';
import { type Finding, type Mistake, PlanError, type PlanPath, pathText } from './mistake.ts';
import type { Pattern, Plan } from './plan.ts';
import { ruleFindings } from './rules/rules.ts';
import { type ParsedPlan, planSchema } from './schema.ts';
import { schemaFindings } from './schema-findings.ts';
import { readTextFile, type TextFile } from './text-file.ts';

/** A thousand applications take a quarter of it. */
const planLimitBytes = 4 * 1024 * 1024;

/**
 * The plan in the file at `path`, durations in seconds, defaults filled in.
 * Throws PlanError (an InputError) with every mistake where it isn't a plan, or where there is none.
 */
export function readPlan(path: string): Plan {
  return parsePlan(planText(path), path);
}

function planText(path: string): string {
  let file: TextFile;
  try {
    file = readTextFile(path, planLimitBytes);
  } catch (error) {
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : String(error);
    throw new PlanError(path, [{ line: 0, column: 0, path: '', ...unreadable(code) }]);
  }
  if ('text' in file) return file.text;
  throw new PlanError(path, [{ line: 0, column: 0, path: '', message: file.refused, remedy: file.remedy }]);
}

function unreadable(code: string): Pick<Mistake, 'message' | 'remedy'> {
  if (code === 'EISDIR') return { message: 'a folder, not a plan', remedy: 'name the plan with -f' };
  if (code !== 'ENOENT') return { message: `can't be read: ${code}`, remedy: 'check its permissions' };
  const remedy = 'name the plan with -f, or draft one with lifeboat init --workloads DIR';
  return { message: 'there is no such file', remedy };
}

/** As readPlan, from text; `fileName` is what messages call it. */
export function parsePlan(text: string, fileName: string): Plan {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  const document = Array.isArray(documents) ? documents[0] : undefined;
  if (!document || isEmpty(document)) throw new PlanError(fileName, [emptyPlan]);
  const syntax = syntaxMistakes(text, documents, lines);
  if (syntax.length > 0) throw new PlanError(fileName, syntax);

  const raw = plainValue(document, fileName);
  const parsed = planSchema.safeParse(raw);
  const findings = [...schemaFindings(raw, parsed.error?.issues ?? []), ...ruleFindings(loosePlan(raw))];
  if (parsed.success && findings.length === 0) return complete(parsed.data);
  throw new PlanError(fileName, placed(findings, document, lines));
}

function isEmpty({ contents, errors }: Document.Parsed): boolean {
  return errors.length === 0 && (contents === null || (isScalar(contents) && contents.value === null));
}

const emptyPlan: Mistake = {
  line: 1,
  column: 1,
  path: '',
  message: 'the plan is empty',
  remedy: 'lifeboat init --workloads DIR drafts one from a folder of manifests',
};

function syntaxMistakes(text: string, documents: readonly Document.Parsed[], lines: LineCounter): Mistake[] {
  const mistakes = documents.flatMap((document) =>
    document.errors.map((error): Mistake => {
      const { line, col } = lines.linePos(error.pos[0]);
      const twice = error.code === 'DUPLICATE_KEY';
      return {
        line,
        column: col,
        path: '',
        message: twice ? `key "${keyAt(text, error.pos[0])}" is there twice in one map` : `not YAML: ${error.message}`,
        remedy: twice ? 'remove one of the two' : 'check indentation, colons and quotes here and just before',
      };
    }),
  );
  const second = documents[1];
  if (second) {
    const { line, col } = lines.linePos(second.range[0]);
    mistakes.push({
      line,
      column: col,
      path: '',
      message: 'a second document starts',
      remedy: 'one file holds one plan: remove the ---',
    });
  }
  return mistakes;
}

function keyAt(text: string, offset: number): string {
  return text.slice(offset).split(/[:\n]/, 1)[0] ?? '';
}

function plainValue(document: Document.Parsed, fileName: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    // An alias without its anchor, or one that expands without end.
    const message = error instanceof Error ? error.message : String(error);
    throw new PlanError(fileName, [
      { line: 1, column: 1, path: '', message, remedy: 'write the value out instead of an alias' },
    ]);
  }
}

function placed(findings: readonly Finding[], document: Document.Parsed, lines: LineCounter): Mistake[] {
  const mistakes = findings.map(({ path, at, message, remedy }): Mistake => {
    const { line, col } = lines.linePos(offsetOf(document, path, at ?? 'value'));
    return { line, column: col, path: pathText(path), message, remedy };
  });
  return mistakes.sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Where in the text the key or value at `path` starts; of what isn't there, its nearest parent. */
function offsetOf(document: Document.Parsed, path: PlanPath, at: 'key' | 'value'): number {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(path.slice(0, depth - 1), true);
    const pair = isMap(parent)
      ? parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(path[depth - 1]))
      : undefined;
    const value = document.getIn(path.slice(0, depth), true);
    const wantsKey = at === 'key' || depth < path.length;
    for (const node of wantsKey ? [pair?.key, value] : [value, pair?.key]) {
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return document.contents?.range?.[0] ?? 0;
}

const standbyShareByPattern: Readonly<Record<Pattern, number>> = {
  'active-active': 1,
  'warm-standby': 0,
  'pilot-light': 0,
  'backup-restore': 0,
};

/** Fills in what depends on another part of the plan. */
function complete(parsed: ParsedPlan): Plan {
  const soleCluster = parsed.clusters[0]?.name ?? '';
  return {
    ...parsed,
    platform: {
      ...parsed.platform,
      components: parsed.platform.components.map((component) => ({
        ...component,
        cluster: component.cluster ?? soleCluster,
      })),
    },
    applications: parsed.applications.map((application) => ({
      ...application,
      cluster: application.cluster ?? soleCluster,
      standbyShare: application.standbyShare ?? standbyShareByPattern[application.pattern],
    })),
  };
}
