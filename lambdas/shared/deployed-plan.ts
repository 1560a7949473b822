import { readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Plan } from '../../lib/plan/plan.ts';
import { ContractViolationError } from './errors.ts';

/** Only what tells a plan from something else: the whole schema was checked when the plan was deployed. */
const planOutline = z.object({
  version: z.literal(1),
  estate: z.string(),
  regions: z.object({ active: z.string(), standby: z.string(), witness: z.string() }),
  applications: z.array(z.object({ name: z.string() })),
  detection: z.object({ signals: z.array(z.string()) }),
  authority: z.object({ leaseSeconds: z.number() }),
});

/** The plan as it was deployed beside the functions. ContractViolationError when the file is missing or not a plan. */
export function readDeployedPlan(file: string): Plan {
  const content = parseFile(file);
  if (!isPlan(content)) {
    const issue = planOutline.safeParse(content).error?.issues[0];
    throw new ContractViolationError(
      `${file} is not a deployed plan: ${issue?.path.join('.') || 'the document'}: ${issue?.message}. Deploy again.`,
    );
  }
  return content;
}

function isPlan(content: unknown): content is Plan {
  return planOutline.safeParse(content).success;
}

function parseFile(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ContractViolationError(`${file} can't be read as a deployed plan. Deploy again.`, { cause: error });
  }
}
