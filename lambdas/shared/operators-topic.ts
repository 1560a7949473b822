import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { type Notice, type NoticeDocument, noticeText } from './notice.ts';

export interface Operators {
  tell(notice: Notice, signal?: AbortSignal): Promise<void>;
}

/** SNS refuses subjects over 100 characters, non-ASCII text and control characters (API reference of Publish). */
const subjectLimit = 100;
/** Of the whole message, all its forms together (same page). */
const messageLimitBytes = 256 * 1024;

/**
 * Publishes a notice in one message of three forms (MessageStructure `json`, API reference of Publish): e-mail is read by
 * people, a short message has room for the subject only, everybody else is a program. Subscriptions can filter by the
 * attributes.
 */
export function operatorsTopic(options: { client: SNSClient; topicArn: string }): Operators {
  return {
    tell: async (notice, signal) => {
      const { severity, kind, estate, incidentId } = notice;
      const attributes = Object.entries({ severity, kind, estate, incidentId });
      await options.client.send(
        new PublishCommand({
          TopicArn: options.topicArn,
          Subject: subjectOf(notice),
          MessageStructure: 'json',
          Message: messageOf(notice),
          MessageAttributes: Object.fromEntries(
            attributes.map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
          ),
        }),
        { abortSignal: signal },
      );
    },
  };
}

function messageOf(notice: Notice): string {
  const whole = formsOf(notice);
  return Buffer.byteLength(whole) <= messageLimitBytes ? whole : formsOf({ ...notice, detail: {} });
}

function formsOf(notice: Notice): string {
  const document: NoticeDocument = { version: 1, ...notice };
  return JSON.stringify({ default: JSON.stringify(document), email: noticeText(notice), sms: subjectOf(notice) });
}

function subjectOf({ subject }: Notice): string {
  const plain = subject.replaceAll(/[^\x20-\x7e]/g, '?');
  return plain.length > subjectLimit ? `${plain.slice(0, subjectLimit - 3)}...` : plain;
}
