/** A function or class that says what is missing when it is called; as a mere name in an import it does no harm. */
export function refused(what: string): () => never {
  return function refuse(): never {
    throw new Error(`not simulated: ${what}`);
  };
}

/**
 * All exports of a module of Node: those given, and for the rest of the real module's functions and classes stand-ins
 * that throw by name on use. Constants of the real module stay.
 */
export function completed(
  name: string,
  real: Readonly<Record<string, unknown>>,
  provided: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const exports: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(real)) {
    if (key === 'default' || key === 'module.exports') continue;
    if (typeof value === 'function') exports[key] = refused(`node:${name} ${key}`);
    else if (typeof value !== 'object' || key === 'constants') exports[key] = value;
  }
  return { ...exports, ...provided };
}
