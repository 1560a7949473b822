import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { InputError } from '../../lib/plan/input-error.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import type { SeedRun } from '../../lib/rehearsal/measure/seed-series.ts';

const headSchema = z.object({ of: z.string() });
const runSchema = z.object({
  scenario: z.string(),
  seed: z.int(),
  expected: z.enum(['recovered', 'held']),
  outcome: z.enum(['recovered', 'held', 'failed']),
  ok: z.boolean(),
  reason: z.string(),
  rtoSeconds: z.number().nullable(),
  lowerBoundSeconds: z.number(),
  broken: z.array(z.object({ rule: z.int(), at: z.string(), detail: z.string() })),
}) satisfies z.ZodType<SeedRun>;

/**
 * The runs of a simulation in a file, one JSON line each after a line that says what they are of, so that a simulation
 * that was interrupted goes on where it stopped. Throws InputError for a file of another plan, estate or version.
 */
export class SimulationResults {
  readonly #file: string | undefined;
  readonly before: readonly SeedRun[];

  constructor(file: string | undefined, of: string) {
    this.#file = file;
    if (file === undefined || !existsSync(file)) {
      this.before = [];
      this.#append({ of });
      return;
    }
    const [head, ...rest] = linesOf(file);
    if (headSchema.safeParse(head).data?.of !== of) {
      throw new InputError(
        `--results ${file}: is of another plan, other workloads or another version of Lifeboat; name a new file`,
      );
    }
    this.before = rest.flatMap((line) => runSchema.safeParse(line).data ?? []);
  }

  add(run: SeedRun): void {
    this.#append(run);
  }

  #append(line: object): void {
    if (this.#file === undefined) return;
    try {
      appendFileSync(this.#file, `${JSON.stringify(line)}\n`);
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new InputError(`--results ${this.#file}: it can't be written (${why}); name another file`);
    }
  }
}

/** A line that a killed process left half is no result. */
function linesOf(file: string): unknown[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new InputError(
      `--results ${file}: it can't be read (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  return text.split('\n').map((line) => {
    try {
      return JSON.parse(line) as unknown;
    } catch {
      return undefined;
    }
  });
}

/** Of everything that a result depends on: plan, manifests, and the sources that synthesise, run and judge. */
export function simulationIdentity(projectDir: string, plan: Plan, workloadsDir: string): string {
  const hash = createHash('sha256').update(JSON.stringify(plan));
  const folders = ['lib', 'lambdas', 'statemachines'].map((name) => join(projectDir, name));
  for (const folder of [...folders, workloadsDir]) {
    const names = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const name of names) hash.update(`\0${name.slice(folder.length)}\0`).update(readFileSync(name));
  }
  return hash.update(readFileSync(join(projectDir, 'package-lock.json'))).digest('hex');
}
