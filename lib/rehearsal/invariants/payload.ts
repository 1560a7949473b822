/** The JSON of a Lambda invocation's payload; undefined if it isn't JSON. */
export function payloadOf(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('Payload' in input)) return undefined;
  const { Payload: payload } = input;
  const text = payload instanceof Uint8Array ? new TextDecoder().decode(payload) : payload;
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
