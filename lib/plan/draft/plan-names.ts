const longestEstateName = 20;
const longestName = 63;

/** `text` made to fit a plan's names: lower-case letters, digits, dashes; `fallback` where nothing of it is left. */
export function planName(text: string, fallback: string, longest = longestName): string {
  const fitting = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '');
  return fitting === '' ? fallback : fitting;
}

/** As planName, for an estate: names of functions and tables start with it, so with a letter, and it is short. */
export function estateName(text: string): string {
  const name = planName(text, 'estate', longestEstateName);
  return /^[a-z]/.test(name) ? name : planName(`e-${name}`, 'estate', longestEstateName);
}
