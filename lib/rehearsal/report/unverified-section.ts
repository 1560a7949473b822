import { unverifiedOf } from '../claims/registry.ts';
import { escapeHtml } from './escape.ts';

/** The rules that the rehearsal rests on though nobody backs them, folded away; services as calls are counted by. */
export function unverifiedSection(calledServices: readonly string[]): string {
  const claims = unverifiedOf(calledServices);
  const items = claims.map(({ id, rule }) => `<li><code>${escapeHtml(id)}</code> ${escapeHtml(rule)}</li>`);
  return `<details><summary>${claims.length} rules of the simulated world that this run rests on have no source</summary><ul>${items.join('')}</ul></details>`;
}
