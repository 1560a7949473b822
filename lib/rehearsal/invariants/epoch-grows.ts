import { authorityTableName } from '../../plan/names.ts';
import type { AuthorityState, InvariantFactory } from './invariant.ts';

/** Rule 2: the epoch only grows, and another region becomes active only with a new one. */
export const epochGrows: InvariantFactory = (evidence, broken) => {
  const table = authorityTableName(evidence.plan);
  let last: AuthorityState | undefined = evidence.authority();
  return {
    rule: 2,
    onCall(entry) {
      if (entry.service !== 'dynamodb' || !isWriteTo(entry.input, table)) return;
      const now = evidence.authority();
      if (last !== undefined && now === undefined) broken('the authority record is gone');
      if (last !== undefined && now !== undefined) {
        if (now.epoch < last.epoch) broken(`epoch ${now.epoch} was accepted after epoch ${last.epoch}`);
        if (now.activeRegion !== last.activeRegion && now.epoch <= last.epoch) {
          broken(
            `${now.activeRegion} became active in place of ${last.activeRegion} under the same epoch ${now.epoch}`,
          );
        }
      }
      last = now ?? last;
    },
  };
};

export function isWriteTo(input: unknown, table: string): boolean {
  if (typeof input !== 'object' || input === null || !('TableName' in input)) return false;
  const name = String(input.TableName);
  const writes = 'Item' in input || 'UpdateExpression' in input;
  return writes && (name === table || name.endsWith(`:table/${table}`));
}
