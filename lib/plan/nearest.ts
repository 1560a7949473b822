import { closest, distance } from 'fastest-levenshtein';

/** The candidate that somebody who wrote `word` most likely meant; undefined where none is near enough to say so. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (candidates.length === 0) return undefined;
  const best = closest(word, candidates);
  const farthestBelievable = Math.max(2, Math.floor(Math.max(word.length, best.length) * 0.4));
  const edits = distance(word.toLowerCase(), best.toLowerCase());
  return edits <= farthestBelievable && edits < Math.min(word.length, best.length) ? best : undefined;
}

/** A remedy that names the nearest candidate, or all of them where none is near. */
export function nearestRemedy(word: string, candidates: readonly string[]): string {
  const best = nearest(word, candidates);
  if (best !== undefined) return `did you mean "${best}"?`;
  return candidates.length === 0 ? 'remove it' : `known here: ${candidates.join(', ')}`;
}
