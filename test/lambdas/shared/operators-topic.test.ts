import { PublishCommand, type PublishCommandInput, SNSClient } from '@aws-sdk/client-sns';
import { expect, test } from '@jest/globals';
import { operatorsTopic, type Page } from '../../../lambdas/shared/operators-topic.ts';

const page: Page = {
  severity: 'page',
  subject: 'Lifeboat shop: down',
  verdict: 'The region is down.',
  facts: ['One fact', 'Another fact'],
  document: { region: 'eu-central-1' },
};

class FakeTopic extends SNSClient {
  readonly published: PublishCommandInput[] = [];
  override send = (async (command: unknown) => {
    if (command instanceof PublishCommand) this.published.push(command.input);
    return {};
  }) as SNSClient['send'];
}

async function published(changes: Partial<Page>): Promise<PublishCommandInput | undefined> {
  const client = new FakeTopic({ region: 'eu-west-1' });
  await operatorsTopic({ client, topicArn: 'arn:topic' }).tell({ ...page, ...changes });
  return client.published[0];
}

test('says the verdict first, then the facts, then the same for programs', async () => {
  expect(await published({})).toEqual({
    TopicArn: 'arn:topic',
    Subject: 'Lifeboat shop: down',
    Message: 'The region is down.\n\nOne fact\nAnother fact\n\n{\n  "region": "eu-central-1"\n}',
    MessageAttributes: { severity: { DataType: 'String', StringValue: 'page' } },
  });
});

test('keeps subjects within what SNS takes', async () => {
  expect((await published({ subject: 'x'.repeat(150) }))?.Subject).toBe(`${'x'.repeat(97)}...`);
  expect((await published({ subject: 'Zürich\ndown' }))?.Subject).toBe('Z?rich?down');
});
