import { clockText } from './clock-text.ts';
import { escapeHtml } from './escape.ts';

/** One entry of the journal, as it lies in the table of a region. */
export interface JournalLine {
  readonly region: string;
  readonly incidentId: string;
  readonly sequence: number;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: string;
  readonly detail: unknown;
}

/** What the functions wrote down, each entry with its facts. */
export function journalSection(lines: readonly JournalLine[], faultMs: number): string {
  if (lines.length === 0) return '';
  const incidents = new Set(lines.map((line) => line.incidentId));
  const rows = lines.map(({ sequence, at, region, kind, detail }) => {
    const since = clockText((Date.parse(at) - faultMs) / 1000);
    return `<tr><td class="number">${sequence}</td><td class="number"><time datetime="${escapeHtml(at)}">${since}</time></td><td>${escapeHtml(region)}</td><th scope="row">${escapeHtml(kind)}</th><td><details><summary>${escapeHtml(firstFacts(detail))}</summary><pre>${escapeHtml(JSON.stringify(detail, null, 2))}</pre></details></td></tr>`;
  });
  return `<section><h2>Journal</h2>
<p class="hint">What the functions wrote down themselves: ${lines.length} entries of ${incidents.size === 1 ? 'incident' : 'incidents'} ${escapeHtml([...incidents].join(', '))}, timed from the fault.</p>
<div class="scroll"><table><thead><tr><th class="number">No.</th><th class="number">At</th><th>Region</th><th>Entry</th><th>Facts</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}

const shownCharacters = 90;

/** The plain members of an entry in one line: what a reader wants before opening it. */
function firstFacts(detail: unknown): string {
  if (typeof detail !== 'object' || detail === null) return String(detail);
  const facts = Object.entries(detail).map(([name, value]) => `${name} ${plain(value)}`);
  const text = facts.join(' · ');
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

function plain(value: unknown): string {
  if (Array.isArray(value)) {
    return value.every((item) => typeof item === 'string') ? value.join(', ') : `${value.length} items`;
  }
  if (typeof value === 'object' && value !== null) return '{…}';
  return String(value);
}
