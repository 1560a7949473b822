import { operatorsPolicyName } from '../plan/names.ts';
import type { Plan } from '../plan/plan.ts';

/** A table gave no answer; the message says which one, why, and what to do. */
export class TableUnreadableError extends Error {
  override readonly name = 'TableUnreadableError';
}

/**
 * Errors by which AWS says that it doesn't let the caller. Source: Amazon DynamoDB developer guide, "Error handling with
 * DynamoDB", HTTP 400 that must not be tried again.
 */
const refusals = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'ExpiredTokenException',
]);

/** What `read` gives, or a TableUnreadableError that people understand. */
export async function readTable<Result>(
  table: { readonly plan: Plan; readonly region: string; readonly name: string },
  read: Promise<Result>,
): Promise<Result> {
  try {
    return await read;
  } catch (error) {
    throw new TableUnreadableError(`table ${table.name} in ${table.region} ${whyUnread(error, table)}`);
  }
}

function whyUnread(error: unknown, { plan, region }: { readonly plan: Plan; readonly region: string }): string {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'ResourceNotFoundException') {
    return "isn't there: the estate is not deployed, or the credentials are of another account";
  }
  if (refusals.has(name)) {
    return `may not be read: ${message}. The managed policy ${operatorsPolicyName(plan, region)} lets people`;
  }
  return `gives no answer: ${name}: ${message}`;
}
