/** A JSON object as the parser gave it. */
export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Type name as JSONata and the error texts of Step Functions say it. */
export function jsonType(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

/** Input, output and task results: 262,144 bytes of UTF-8 text (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const payloadLimitBytes = 262_144;

export function exceedsPayloadLimit(value: unknown): boolean {
  const text = JSON.stringify(value) ?? '';
  // A UTF-16 unit takes at most 3 bytes: short texts need no counting.
  if (text.length * 3 <= payloadLimitBytes) return false;
  return text.length > payloadLimitBytes || new TextEncoder().encode(text).length > payloadLimitBytes;
}
