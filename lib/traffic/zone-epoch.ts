/**
 * What a hosted zone knows of the authority: one TXT record per estate, moved by the same batch that moves the estate's
 * names, so that Route 53 itself refuses the batch of whoever acts under an epoch that is over.
 */
export interface ZoneEpoch {
  readonly epoch: number;
  /** Name of the execution that moved the zone to this epoch; `bootstrap` for the first one. */
  readonly execution: string;
}

/** The record's one value as the API takes it, quotes included. At most 255 characters, as 80 are an execution's name at the most. */
export function zoneEpochValue({ epoch, execution }: ZoneEpoch): string {
  return `"lifeboat epoch=${epoch} execution=${execution}"`;
}

/** Undefined for a value that isn't one of ours. */
export function parseZoneEpoch(value: string): ZoneEpoch | undefined {
  const [, epoch, execution] = /^"lifeboat epoch=(\d+) execution=([^\s"]+)"$/.exec(value) ?? [];
  return epoch === undefined || execution === undefined ? undefined : { epoch: Number(epoch), execution };
}

/** The name of an execution, or what stands for it (`bootstrap`): the zone is public and needs no account number. */
export function executionNameOf(executionArn: string): string {
  return executionArn.split(':').at(-1) ?? executionArn;
}
