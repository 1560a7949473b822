/**
 * The literal `name` of an error is its wire contract with the state machines (minifying renames classes),
 * so every class sets it. Retryable: the same call may succeed later. Terminal: it will not.
 */
export abstract class LifeboatError extends Error {
  abstract readonly retryable: boolean;
}

export abstract class RetryableError extends LifeboatError {
  override readonly retryable = true;
}

export abstract class TerminalError extends LifeboatError {
  override readonly retryable = false;
}

/** An AWS or Kubernetes API throttled, timed out, answered 5xx or could not be reached. */
export class DependencyUnavailableError extends RetryableError {
  override readonly name = 'DependencyUnavailableError';
}

/** The region that was to be left goes on renewing, and neither a quorum nor a person says that it must go. */
export class LeaseRenewedError extends TerminalError {
  override readonly name = 'LeaseRenewedError';
}

/** The authority's epoch is not the one this execution acts under: somebody else decided meanwhile. */
export class StaleEpochError extends TerminalError {
  override readonly name = 'StaleEpochError';
}

/** Input, output, environment or deployed plan is not of the shape that the contract says. */
export class ContractViolationError extends TerminalError {
  override readonly name = 'ContractViolationError';
}

/** There is no authority record: the active region has never renewed its lease. */
export class AuthorityMissingError extends TerminalError {
  override readonly name = 'AuthorityMissingError';
}

/** The standby was never told how much runs in the active region, so it can't know what to scale to. */
export class CaptureMissingError extends TerminalError {
  override readonly name = 'CaptureMissingError';
}

/** An object in the standby cluster that has to be scaled is not there, or the API server refused it for good. */
export class ClusterRefusedError extends TerminalError {
  override readonly name = 'ClusterRefusedError';
}

/** Route 53 or ARC refuses to move the traffic for a reason that time doesn't mend: other records in the way, a safety rule. */
export class TrafficRefusedError extends TerminalError {
  override readonly name = 'TrafficRefusedError';
}

/** Nothing proves that a data store's old writer is fenced, the plan doesn't accept that, and no human agreed. */
export class FenceUnprovedError extends TerminalError {
  override readonly name = 'FenceUnprovedError';
}

/** Somebody asked for the end of this execution before it claimed the epoch. */
export class IncidentAbortedError extends TerminalError {
  override readonly name = 'IncidentAbortedError';
}

/** The incident lock is another execution's or has run out: this one must not go on. */
export class LockLostError extends TerminalError {
  override readonly name = 'LockLostError';
}
