import { type JournalEntry, noExecution } from '../../lib/evidence/journal.ts';
import type { Plan } from '../../lib/plan/plan.ts';
import { type Notice, noticeTraits } from '../shared/notice.ts';
import { noticeLinks } from '../shared/notice-links.ts';
import { beginningOf, type History } from './history.ts';
import { wordingOf } from './wordings.ts';

export interface NoticeContext {
  readonly plan: Plan;
  /** The region that would take over or has. */
  readonly region: string;
  readonly approvalUrl: string;
  /** Up to the entry that is told, and with it. */
  readonly history: History;
}

/** What the operators are told of an entry; undefined where it is no change of state that anybody has to hear of. */
export function noticeOf(entry: JournalEntry, context: NoticeContext): Notice | undefined {
  const wording = wordingOf(entry, context);
  if (wording === undefined) return undefined;
  const { plan, region, history } = context;
  const { incidentId, executionArn } = entry;
  const { kind, subject, verdict, facts = [], next, action = null } = wording;
  return {
    kind,
    severity: noticeTraits[kind].severity,
    estate: plan.estate,
    region,
    incidentId,
    sequence: entry.sequence,
    at: entry.at,
    since: beginningOf(history),
    subject: `Lifeboat ${plan.estate}: ${subject}`,
    verdict,
    facts: [...facts],
    next,
    action,
    links: noticeLinks(plan, {
      kind,
      region,
      incidentId,
      ...(executionArn !== noExecution && { executionArn }),
    }),
    detail: { entry: entry.kind, ...entry.detail },
  };
}
