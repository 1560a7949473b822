import type { SignalState } from './signal-history.ts';

/** What the two halves of a region's TXT failover pair say. */
export const checkerTexts = { healthy: 'healthy', unhealthy: 'unhealthy' } as const;

/** First text that a name server gave; undefined: it gave no answer. */
export type CheckerAnswer = string | undefined;

/**
 * What a zone's name servers say of a region. They must agree, and most of them must have answered: while a change
 * reaches them one after the other, and where the record isn't there, nothing is known.
 */
export function checkerVerdict(answers: readonly CheckerAnswer[]): { state: SignalState; reason?: string } {
  const heard = answers.filter((answer) => answer !== undefined);
  if (answers.length === 0) return { state: 'unknown', reason: 'no name server is known' };
  if (heard.length <= answers.length / 2) {
    return { state: 'unknown', reason: `${heard.length} of ${answers.length} name servers answered` };
  }
  const distinct = [...new Set(heard)].sort();
  if (distinct.length > 1) return { state: 'unknown', reason: `the name servers disagree: ${distinct.join(', ')}` };
  switch (distinct[0]) {
    case checkerTexts.healthy:
      return { state: 'healthy' };
    case checkerTexts.unhealthy:
      return { state: 'unhealthy', reason: 'Route 53 checkers get no good answer' };
    default:
      return { state: 'unknown', reason: `the name servers say ${distinct[0]}` };
  }
}
