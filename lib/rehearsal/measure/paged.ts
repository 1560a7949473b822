import type { Page } from '../aws/sns/sns-service.ts';

export interface PagingFacts {
  /** Addresses of the plan. */
  readonly emails: readonly string[];
  /** What reached people's mailboxes, whenever it was. */
  readonly pages: readonly Pick<Page, 'at' | 'severity'>[];
  /** Messages that the operators' topic took since the fault, without those that are for information. */
  readonly published: number;
  readonly faultMs: number;
}

/**
 * Was a human called since the fault? What is marked as information calls nobody; alarms mark nothing and do call. A message to a topic without subscribers is accepted and read by nobody. Where the
 * plan names no address, people subscribe by other ways than the templates, and what the topic took counts.
 */
export function wasPaged({ emails, pages, published, faultMs }: PagingFacts): boolean {
  if (emails.length === 0) return published > 0;
  return pages.some(({ at, severity }) => severity !== 'info' && Date.parse(at) >= faultMs);
}
