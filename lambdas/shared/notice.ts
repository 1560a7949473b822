import * as z from 'zod';

/** `page`: a person has to look, now. `info`: a change of state that needs nobody. */
type Severity = 'info' | 'page';

interface NoticeTraits {
  readonly severity: Severity;
  /** Anchor of its entry in docs/runbook.md. */
  readonly runbookAnchor: string;
}

/** What a message to the operators can be about. docs/notifications.md lists them; a test holds the two together. */
export const noticeTraits = {
  suspected: { severity: 'info', runbookAnchor: 'region-suspected' },
  cleared: { severity: 'info', runbookAnchor: 'region-suspected' },
  'no-quorum': { severity: 'page', runbookAnchor: 'region-suspected-no-quorum' },
  blocked: { severity: 'page', runbookAnchor: 'region-down-failover-blocked' },
  'needs-operator': { severity: 'page', runbookAnchor: 'region-down-start-the-failover' },
  'failover-started': { severity: 'info', runbookAnchor: 'failover-under-way' },
  'not-taken-up': { severity: 'info', runbookAnchor: 'failover-not-taken-up' },
  'approval-requested': { severity: 'page', runbookAnchor: 'approve-the-failover-to-region' },
  'approval-answered': { severity: 'info', runbookAnchor: 'approve-the-failover-to-region' },
  'abort-requested': { severity: 'info', runbookAnchor: 'abort-a-failover' },
  'lease-asked-for': { severity: 'info', runbookAnchor: 'failover-under-way' },
  'ingress-closed': { severity: 'info', runbookAnchor: 'ingress-closed' },
  'ingress-opened': { severity: 'info', runbookAnchor: 'ingress-closed' },
  'authority-claimed': { severity: 'info', runbookAnchor: 'failover-under-way' },
  'claimed-after-end': { severity: 'page', runbookAnchor: 'failover-to-region-aborted' },
  'databases-promoted': { severity: 'info', runbookAnchor: 'failover-under-way' },
  'wave-recovered': { severity: 'info', runbookAnchor: 'failover-under-way' },
  'traffic-shifted': { severity: 'info', runbookAnchor: 'failover-under-way' },
  recovered: { severity: 'info', runbookAnchor: 'failover-to-region-recovered' },
  held: { severity: 'page', runbookAnchor: 'failover-to-region-held' },
  aborted: { severity: 'page', runbookAnchor: 'failover-to-region-aborted' },
} as const satisfies Readonly<Record<string, NoticeTraits>>;

export type NoticeKind = keyof typeof noticeTraits;

const kinds = Object.keys(noticeTraits) as NoticeKind[];

/**
 * A message to the operators as programs get it: the one form of all that Lifeboat's functions send. No secrets: e-mail
 * carries the same in words.
 */
export const noticeDocument = z.strictObject({
  version: z.literal(1),
  kind: z.enum(kinds),
  severity: z.enum(['info', 'page']),
  estate: z.string(),
  /** The region that says so: the one that would take over or has. */
  region: z.string(),
  incidentId: z.string(),
  /** Number of the journal entry that this is about; messages can overtake each other. Absent where it is about none. */
  sequence: z.int().positive().optional(),
  /** When it happened. */
  at: z.iso.datetime(),
  /** The first signal of the incident, or the start by a person. */
  since: z.iso.datetime(),
  /** Readable on a telephone. */
  subject: z.string(),
  /** One sentence that says what is the case. */
  verdict: z.string(),
  /** One line each. */
  facts: z.array(z.string()),
  /** What happens next by itself. */
  next: z.string(),
  /** What a person has to do; null: nothing. */
  action: z.string().nullable(),
  links: z.strictObject({
    /** The execution in the console of Step Functions; absent before there is one. */
    execution: z.string().optional(),
    /** The incident's journal in the console of DynamoDB. */
    journal: z.string(),
    /** The entry of the runbook. */
    runbook: z.string(),
    /** Where the plan says that reports are found. */
    reports: z.string().optional(),
  }),
  /** Facts by kind, for programs. Empty where the message would have been longer than SNS takes. */
  detail: z.record(z.string(), z.unknown()),
});

export type NoticeDocument = z.output<typeof noticeDocument>;
export type Notice = Readonly<Omit<NoticeDocument, 'version'>>;

/** The message as people read it: what happened, what comes next, what to do, where to look. */
export function noticeText(notice: Notice): string {
  const { verdict, facts, next, action, links, at, since, incidentId } = notice;
  return [
    verdict,
    '',
    `At: ${utc(at)}`,
    `Since: ${utc(since)} (${elapsed(since, at)} before)`,
    ...(action === null ? ['To do: nothing.'] : [`TO DO: ${action}`]),
    `Next: ${next}`,
    ...(facts.length === 0 ? [] : ['', ...facts]),
    '',
    ...(links.execution === undefined ? [] : [`Execution: ${links.execution}`]),
    `Journal: ${links.journal}`,
    `Runbook: ${links.runbook}`,
    ...(links.reports === undefined ? [] : [`Reports: ${links.reports}`]),
    `Incident: ${incidentId}`,
  ].join('\n');
}

/** `2026-01-05 09:07:40 UTC`. */
export function utc(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

function elapsed(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  const minutes = Math.floor(seconds / 60);
  return minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds % 60} s`;
}
