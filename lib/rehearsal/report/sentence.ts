/** A clause as a sentence: a capital first, one full stop last, also where a quoted message brought its own. */
export function sentence(clause: string): string {
  const text = `${clause.charAt(0).toUpperCase()}${clause.slice(1)}`;
  return `${text.replace(/\.+$/, '')}.`;
}
