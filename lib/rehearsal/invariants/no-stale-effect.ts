import { authorityTableName } from '../../plan/names.ts';
import type { TraceEntry } from '../world/trace.ts';
import { isWriteTo } from './epoch-grows.ts';
import type { InvariantFactory } from './invariant.ts';

/** Rule 2: what the world accepts of a failover is under the current epoch, whoever asks for it and however late. */
export const noStaleEffect: InvariantFactory = (evidence, broken) => {
  const table = authorityTableName(evidence.plan);
  /** By process: the epoch that its invocation was given. */
  const underway = new Map<string, number>();
  return {
    rule: 2,
    onRun({ process, eventJson }) {
      const epoch = epochIn(eventJson);
      if (epoch === undefined) underway.delete(process);
      else underway.set(process, epoch);
    },
    onCall(entry) {
      if (entry.error !== undefined || !isEffect(entry, table)) return;
      const current = evidence.authority()?.epoch;
      const own = entry.service === 'route-53' ? zoneEpochIn(entry.input) : underway.get(entry.caller);
      if (current === undefined || own === undefined || own >= current) return;
      broken(
        `${entry.caller} did ${entry.service} ${entry.operation} under epoch ${own}; the current one is ${current}`,
      );
    },
  };
};

/** Does the accepted call change what clients, data or the authority are? Nodes may be asked for before any claim. */
function isEffect({ service, operation, input, output }: TraceEntry, authorityTable: string): boolean {
  switch (service) {
    case 'dynamodb':
      return isWriteTo(input, authorityTable);
    case 'route-53':
      return operation === 'ChangeResourceRecordSets';
    case 'route53-recovery-cluster':
      return operation.startsWith('Update');
    case 'rds':
      return !operation.startsWith('Describe');
    case 'kubernetes':
      return operation !== 'GET' && statusOf(output) < 400;
    default:
      return false;
  }
}

function statusOf(output: unknown): number {
  return typeof output === 'object' && output !== null && 'status' in output ? Number(output.status) : 0;
}

function epochIn(eventJson: string): number | undefined {
  const event: unknown = JSON.parse(eventJson);
  const epoch = typeof event === 'object' && event !== null && 'epoch' in event ? event.epoch : undefined;
  return typeof epoch === 'number' ? epoch : undefined;
}

/** The epoch that a batch of records says it is made under; undefined for a batch that isn't ours. */
function zoneEpochIn(input: unknown): number | undefined {
  const [, epoch] = /"Action":"CREATE"[^[]*\[\{"Value":"\\"lifeboat epoch=(\d+) /.exec(JSON.stringify(input)) ?? [];
  return epoch === undefined ? undefined : Number(epoch);
}
