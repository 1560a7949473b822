import type { TroubledCalls } from '../measure/troubled-calls.ts';
import { clockText } from './clock-text.ts';
import { escapeHtml } from './escape.ts';

const shownRows = 30;

/** What Lifeboat's own calls were refused after the fault: permissions first, then what was repeated most. */
export function troubledSection(calls: readonly TroubledCalls[], faultMs: number): string {
  if (calls.length === 0) return '';
  const rows = calls
    .slice(0, shownRows)
    .map(
      ({ kind, caller, region, service, operation, error, message, count, firstAtMs }) =>
        `<tr><th scope="row">${escapeHtml(service)} ${escapeHtml(operation)}</th><td>${escapeHtml(caller)}</td><td>${escapeHtml(region)}</td><td${kind === 'denied' ? ' class="missed"' : ''}>${escapeHtml(error)}<div class="why">${escapeHtml(message)}</div></td><td class="number">${count}</td><td class="number">${clockText((firstAtMs - faultMs) / 1000)}</td></tr>`,
    );
  const rest =
    calls.length > shownRows ? `<p class="hint">and ${calls.length - shownRows} more kinds of them.</p>` : '';
  return `<section><h2>Refused and repeated</h2>
<p class="hint">Lifeboat’s own calls that got an error after the fault. Races that one of two wins and silence of the dark region belong there; a denied call is a permission that is missing.</p>
<div class="scroll"><table><thead><tr><th>Call</th><th>By</th><th>In</th><th>Error</th><th class="number">Times</th><th class="number">First</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div>${rest}</section>`;
}
