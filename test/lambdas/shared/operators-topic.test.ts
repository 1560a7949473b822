import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from '@jest/globals';
import { type Notice, noticeDocument } from '../../../lambdas/shared/notice.ts';
import { operatorsTopic } from '../../../lambdas/shared/operators-topic.ts';

const notice: Notice = {
  kind: 'held',
  severity: 'page',
  estate: 'shop',
  region: 'eu-west-1',
  incidentId: 'incident',
  at: '2026-03-01T12:03:20.500Z',
  since: '2026-03-01T12:00:00.000Z',
  subject: 'Lifeboat shop: down',
  verdict: 'The region is down.',
  facts: ['One fact', 'Another fact'],
  next: 'nothing.',
  action: 'look.',
  links: {
    execution: 'https://execution',
    journal: 'https://journal',
    runbook: 'https://runbook',
    reports: 'https://reports',
  },
  detail: { lost: 'eu-central-1' },
};

class FakeTopic extends SNSClient {
  readonly published: PublishCommandInput[] = [];
  override send = (async (command: unknown) => {
    if (command instanceof PublishCommand) this.published.push(command.input);
    return {};
  }) as SNSClient['send'];
}

async function published(changes: Partial<Notice> = {}): Promise<PublishCommandInput | undefined> {
  const client = new FakeTopic({ region: 'eu-west-1' });
  await operatorsTopic({ client, topicArn: 'arn:topic' }).tell({ ...notice, ...changes });
  return client.published[0];
}

async function forms(changes: Partial<Notice> = {}): Promise<Record<string, string>> {
  return JSON.parse((await published(changes))?.Message ?? '');
}

test('programs get the document, people the text, telephones the subject', async () => {
  const { default: forPrograms = '', email, sms } = await forms();
  expect(noticeDocument.parse(JSON.parse(forPrograms))).toEqual({ version: 1, ...notice });
  expect(email?.split('\n')).toEqual([
    'The region is down.',
    '',
    'At: 2026-03-01 12:03:20 UTC',
    'Since: 2026-03-01 12:00:00 UTC (3 min 21 s before)',
    'TO DO: look.',
    'Next: nothing.',
    '',
    'One fact',
    'Another fact',
    '',
    'Execution: https://execution',
    'Journal: https://journal',
    'Runbook: https://runbook',
    'Reports: https://reports',
    'Incident: incident',
  ]);
  expect(sms).toBe('Lifeboat shop: down');
});

test('what there is not is left out, and nothing to do is said', async () => {
  const { email } = await forms({
    action: null,
    facts: [],
    since: '2026-03-01T12:03:00.000Z',
    links: { journal: 'https://journal', runbook: 'https://runbook' },
  });
  expect(email?.split('\n').slice(2)).toEqual([
    'At: 2026-03-01 12:03:20 UTC',
    'Since: 2026-03-01 12:03:00 UTC (21 s before)',
    'To do: nothing.',
    'Next: nothing.',
    '',
    'Journal: https://journal',
    'Runbook: https://runbook',
    'Incident: incident',
  ]);
});

test('subscriptions can filter by severity, kind, estate and incident', async () => {
  const attribute = (StringValue: string) => ({ DataType: 'String', StringValue });
  expect(await published()).toMatchObject({
    TopicArn: 'arn:topic',
    MessageStructure: 'json',
    MessageAttributes: {
      severity: attribute('page'),
      kind: attribute('held'),
      estate: attribute('shop'),
      incidentId: attribute('incident'),
    },
  });
});

test('keeps subjects within what SNS takes', async () => {
  expect((await published({ subject: 'x'.repeat(150) }))?.Subject).toBe(`${'x'.repeat(97)}...`);
  expect((await published({ subject: 'Zürich\ndown' }))?.Subject).toBe('Z?rich?down');
});

test('a message that would be too long goes without its details', async () => {
  const { default: forPrograms = '' } = await forms({ detail: { record: 'x'.repeat(256 * 1024) } });
  expect(JSON.parse(forPrograms)).toMatchObject({ kind: 'held', facts: notice.facts, detail: {} });
});
