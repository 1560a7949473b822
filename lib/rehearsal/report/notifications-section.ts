import type { Notification } from '../measure/notification.ts';
import { clockText } from './clock-text.ts';
import { escapeHtml } from './escape.ts';

/** What the operators were told, each message with its text. */
export function notificationsSection(notifications: readonly Notification[], faultMs: number): string {
  if (notifications.length === 0) return '';
  const pages = notifications.filter(({ severity }) => severity === 'page').length;
  const rows = notifications.map(({ atMs, severity, region, subject, text }) => {
    const pill = `<span class="pill ${severity === 'page' ? 'bad' : 'good'}">${severity}</span>`;
    return `<tr><td class="number">${clockText((atMs - faultMs) / 1000)}</td><td>${pill}</td><td>${escapeHtml(region)}</td><td><details><summary>${escapeHtml(subject)}</summary><pre>${escapeHtml(text)}</pre></details></td></tr>`;
  });
  return `<section><h2>What people were told</h2>
<p class="hint">${notifications.length} ${notifications.length === 1 ? 'message' : 'messages'} to the operators, ${pages} of them to wake somebody, timed from the fault.</p>
<div class="scroll"><table><thead><tr><th class="number">At</th><th>Severity</th><th>From</th><th>Message</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></div></section>`;
}
