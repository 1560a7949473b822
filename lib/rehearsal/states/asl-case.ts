import { z } from 'zod';
import { InputError } from '../../plan/input-error.ts';

const tokenSchema = z.union([
  z.strictObject({
    ok: z.unknown().refine((value) => value !== undefined),
    delay: z.number().nonnegative().optional(),
  }),
  z.strictObject({ error: z.string(), cause: z.string().optional(), delay: z.number().nonnegative().optional() }),
]);

const answerSchema = z.union([
  z.strictObject({
    ok: z.unknown().refine((value) => value !== undefined),
    delay: z.number().nonnegative().optional(),
  }),
  z.strictObject({ error: z.string(), message: z.string().optional(), delay: z.number().nonnegative().optional() }),
  z.strictObject({
    clientError: z.string(),
    status: z.int().optional(),
    message: z.string().optional(),
    delay: z.number().nonnegative().optional(),
  }),
  z.strictObject({ timeout: z.literal(true) }),
  z.strictObject({ token: tokenSchema }),
]);

const caseSchema = z.strictObject({
  name: z.string(),
  definition: z.record(z.string(), z.unknown()),
  input: z.unknown().optional(),
  lambda: z.record(z.string(), z.array(answerSchema).min(1)).optional(),
});

/** What a function answers to one call; the last of its answers repeats. */
export type AslAnswer = z.infer<typeof answerSchema>;

/** One run of the runner on its own. */
export interface AslCase {
  readonly name: string;
  readonly definition: Readonly<Record<string, unknown>>;
  readonly input: unknown;
  /** Answers by function name, in the order of the calls. */
  readonly lambda: Readonly<Record<string, readonly AslAnswer[]>>;
}

const shape =
  'a case is {name, definition, input, lambda: {FUNCTION: [answer, …]}}; an answer is {ok}, {error, message}, {clientError, status, message}, {timeout: true}, {delay, ok} or {token: {ok} | {error, cause}}';

/**
 * Cases of one file, which holds one case or an array of them.
 * @throws InputError with the place of the first mistake
 */
export function parseCases(text: string, file: string): AslCase[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw new InputError(`${file}: not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const list = Array.isArray(parsed) ? parsed : [parsed];
  return list.map((item: unknown, index) => {
    const result = caseSchema.safeParse(item);
    if (!result.success) {
      const issue = result.error.issues[0];
      const place = [Array.isArray(parsed) ? `[${index}]` : '', ...(issue?.path ?? [])].filter((part) => part !== '');
      throw new InputError(`${file}: ${place.join('.') || 'case'}: ${issue?.message ?? 'wrong shape'}: ${shape}`);
    }
    const { name, definition, input = {}, lambda = {} } = result.data;
    return { name, definition, input, lambda };
  });
}
