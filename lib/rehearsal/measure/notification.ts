import { z } from 'zod';
import { noticeDocument } from '../../../lambdas/shared/notice.ts';
import type { TraceEntry } from '../world/trace.ts';

/** A message to the operators, as it was published. */
export interface Notification {
  readonly atMs: number;
  readonly region: string;
  /** A message that doesn't say is a page: alarms, and what nobody's code sends. */
  readonly severity: 'info' | 'page';
  /** Null: not of the form that docs/notifications.md describes, like an alarm. */
  readonly kind: string | null;
  readonly incidentId: string | null;
  readonly subject: string;
  /** As e-mail has it. */
  readonly text: string;
}

/** What a call of `Publish` told. */
export function notificationOf({ atMs, region, input }: TraceEntry): Notification {
  const publish = input as Readonly<Record<string, unknown>>;
  const message = String(publish.Message);
  const subject = typeof publish.Subject === 'string' ? publish.Subject : 'operators told';
  const forms = publish.MessageStructure === 'json' ? messageForms.safeParse(jsonOf(message)).data : undefined;
  const document = forms === undefined ? undefined : noticeDocument.safeParse(jsonOf(forms.default)).data;
  if (forms === undefined || document === undefined) {
    const severity = attributeOf(publish, 'severity') === 'info' ? 'info' : 'page';
    return { atMs, region, severity, kind: null, incidentId: null, subject, text: message };
  }
  const { severity, kind, incidentId } = document;
  return { atMs, region, severity, kind, incidentId, subject, text: forms.email };
}

const messageForms = z.object({ default: z.string(), email: z.string() });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function attributeOf({ MessageAttributes }: Readonly<Record<string, unknown>>, name: string): unknown {
  const attributes = MessageAttributes as Readonly<Record<string, { readonly StringValue?: string }>> | undefined;
  return attributes?.[name]?.StringValue;
}
