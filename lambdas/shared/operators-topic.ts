import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** What the operators are told. */
export interface Page {
  /** `page`: a person has to look, now. `info`: a change of state that needs nobody. Subscriptions can filter by it. */
  readonly severity: 'info' | 'page';
  /** Readable on a telephone; cut to 100 characters. */
  readonly subject: string;
  /** First line of the message: one sentence that says what is the case. */
  readonly verdict: string;
  readonly facts: readonly string[];
  /** The same for programs, as a JSON block at the end. No secrets: e-mail carries it. */
  readonly document: Readonly<Record<string, unknown>>;
}

export interface Operators {
  tell(page: Page, signal?: AbortSignal): Promise<void>;
}

/** SNS refuses subjects over 100 characters, non-ASCII text and control characters (API reference of Publish). */
const subjectLimit = 100;

export function operatorsTopic(options: { client: SNSClient; topicArn: string }): Operators {
  return {
    tell: async (page, signal) => {
      const subject = page.subject.replaceAll(/[^\x20-\x7e]/g, '?');
      await options.client.send(
        new PublishCommand({
          TopicArn: options.topicArn,
          Subject: subject.length > subjectLimit ? `${subject.slice(0, subjectLimit - 3)}...` : subject,
          Message: [page.verdict, '', ...page.facts, '', JSON.stringify(page.document, null, 2)].join('\n'),
          MessageAttributes: { severity: { DataType: 'String', StringValue: page.severity } },
        }),
        { abortSignal: signal },
      );
    },
  };
}
