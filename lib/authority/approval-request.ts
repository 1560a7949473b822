export type ApprovalDecision = 'approve' | 'reject';

/** What somebody answered, and when. */
export interface ApprovalAnswer {
  /** ARN of the identity that signed the request, as AWS reports it. */
  readonly by: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly decision: ApprovalDecision;
}

/**
 * A question to people whether a failover may claim the epoch. One item of the coordination table: `pk`
 * approval#<execution name>, `sk` request. Every change is one write on condition of `version`.
 */
export interface ApprovalRequest {
  readonly executionName: string;
  readonly executionArn: string;
  readonly incidentId: string;
  /** The epoch that the execution acts under. */
  readonly observedEpoch: number;
  /** Different identities that must agree. */
  readonly approversNeeded: number;
  /** Sentences that the people who are asked are shown. */
  readonly facts: readonly string[];
  /** 1 asked, 2 reminded, 3 escalated. */
  readonly round: number;
  /** ISO 8601 UTC. */
  readonly askedAt: string;
  /** Epoch milliseconds, whole; later answers are refused. */
  readonly expiresAtMs: number;
  /** What the state machine waits for in this round. Whoever has it can decide, so it is never shown, logged or traced. */
  readonly taskToken: string;
  readonly answers: readonly ApprovalAnswer[];
  /** Absent while it is open. */
  readonly decided?: 'approved' | 'rejected' | 'aborted';
  readonly version: number;
}

/** `counted`: one more. `duplicate`: this identity has said so already. `late`: expired. `closed`: decided already. */
export type AnswerResult =
  | { readonly outcome: 'counted'; readonly request: ApprovalRequest }
  | { readonly outcome: 'duplicate' | 'late' | 'closed' };

/** The request with one more answer: a rejection ends it, so do as many different identities as are needed. */
export function answered(request: ApprovalRequest, answer: ApprovalAnswer): AnswerResult {
  if (request.decided !== undefined) return { outcome: 'closed' };
  if (Date.parse(answer.at) >= request.expiresAtMs) return { outcome: 'late' };
  const before = request.answers.find(({ by }) => by === answer.by);
  if (before?.decision === answer.decision) return { outcome: 'duplicate' };
  // Who approved may still reject; who rejected has ended it.
  const answers = [...request.answers.filter(({ by }) => by !== answer.by), answer];
  const decided = decisionOf(answers, request.approversNeeded);
  return { outcome: 'counted', request: { ...request, answers, ...(decided !== undefined && { decided }) } };
}

function decisionOf(answers: readonly ApprovalAnswer[], approversNeeded: number): 'approved' | 'rejected' | undefined {
  if (answers.some(({ decision }) => decision === 'reject')) return 'rejected';
  return answers.length >= approversNeeded ? 'approved' : undefined;
}

/** `failover-epoch-2-…` of an execution's ARN: what people name an execution by. */
export function executionNameOf(executionArn: string): string {
  return executionArn.split(':').at(-1) ?? executionArn;
}
