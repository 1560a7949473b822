/** One cause of a Status, as apimachinery's StatusCause. */
export interface StatusCause {
  readonly reason: string;
  readonly message: string;
  readonly field?: string;
}

interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

/** A refusal of the API server; `reason` and `code` go together as in apimachinery's StatusReason. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly reason: string;
  readonly details: StatusDetails | undefined;
  constructor(code: number, reason: string, message: string, details?: StatusDetails) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.details = details;
  }

  /** The `Status` object that a real server answers. */
  body(): Record<string, unknown> {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      reason: this.reason,
      ...(this.details === undefined ? {} : { details: this.details }),
      code: this.code,
    };
  }
}

interface Target {
  readonly plural: string;
  readonly group: string;
}

function qualified(target: Target): string {
  return target.group === '' ? target.plural : `${target.plural}.${target.group}`;
}

export function notFound(target: Target, name: string): ApiError {
  return new ApiError(404, 'NotFound', `${qualified(target)} "${name}" not found`, {
    name,
    group: target.group,
    kind: target.plural,
  });
}

export function noSuchPath(): ApiError {
  return new ApiError(404, 'NotFound', 'the server could not find the requested resource');
}

export function alreadyExists(target: Target, name: string): ApiError {
  return new ApiError(409, 'AlreadyExists', `${qualified(target)} "${name}" already exists`, {
    name,
    group: target.group,
    kind: target.plural,
  });
}

export function conflict(target: Target, name: string, why?: string): ApiError {
  const cause = why ?? 'the object has been modified; please apply your changes to the latest version and try again';
  return new ApiError(409, 'Conflict', `Operation cannot be fulfilled on ${qualified(target)} "${name}": ${cause}`, {
    name,
    group: target.group,
    kind: target.plural,
  });
}

export function invalid(
  kind: { readonly kind: string; readonly group: string },
  name: string,
  causes: readonly StatusCause[],
): ApiError {
  const label = kind.group === '' ? kind.kind : `${kind.kind}.${kind.group}`;
  const list = causes.map((cause) => `${cause.field}: ${cause.message}`);
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  return new ApiError(422, 'Invalid', `${label} "${name}" is invalid: ${text}`, {
    name,
    group: kind.group,
    kind: kind.kind,
    causes,
  });
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, 'BadRequest', message);
}

/** For what a real server does and the simulation doesn't: refused by name, so that nobody builds on an answer. */
export function notSimulated(what: string): ApiError {
  return new ApiError(501, 'NotImplemented', `the simulated API server does not implement ${what}`);
}

export function unsupportedMediaType(type: string): ApiError {
  return new ApiError(
    415,
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml (got ${type})`,
  );
}
