import { expect, test } from '@jest/globals';
import type { Notice, NoticeDocument } from '../../../../lambdas/shared/notice.ts';
import { notificationOf } from '../../../../lib/rehearsal/measure/notification.ts';

const notice: Notice = {
  kind: 'suspected',
  severity: 'info',
  estate: 'shop',
  region: 'eu-west-1',
  incidentId: 'incident',
  at: '2026-03-01T12:00:10.000Z',
  since: '2026-03-01T12:00:00.000Z',
  subject: 'Lifeboat shop: suspected',
  verdict: 'It is.',
  facts: [],
  next: 'nothing.',
  action: null,
  links: { journal: 'https://journal', runbook: 'https://runbook' },
  detail: {},
};
const document: NoticeDocument = { version: 1, ...notice };

const publish = (input: object) =>
  notificationOf({ atMs: 1000, caller: 'lambda:f', region: 'eu-west-1', service: 'sns', operation: 'Publish', input });
const forms = (value: unknown) => ({ MessageStructure: 'json', Subject: 'S', Message: JSON.stringify(value) });
const plain = { atMs: 1000, region: 'eu-west-1', kind: null, incidentId: null };

test('a message of the common form says what it is', () => {
  expect(publish(forms({ default: JSON.stringify(document), email: 'text', sms: 'S' }))).toEqual({
    ...{ atMs: 1000, region: 'eu-west-1', subject: 'S', text: 'text' },
    ...{ severity: 'info', kind: 'suspected', incidentId: 'incident' },
  });
});

test('an alarm is a page, whatever else says nothing of itself too', () => {
  expect(publish({ Message: '{"AlarmName":"x"}' })).toEqual({
    ...plain,
    severity: 'page',
    subject: 'operators told',
    text: '{"AlarmName":"x"}',
  });
  const MessageAttributes = { severity: { DataType: 'String', StringValue: 'info' } };
  expect(publish({ Subject: 'S', Message: 'm', MessageAttributes })).toMatchObject({ ...plain, severity: 'info' });
});

test.each([
  [
    'a document that is not as the schema says',
    forms({ default: JSON.stringify({ ...document, kind: 'x' }), email: 'e' }),
  ],
  ['no document', forms({ default: 'text', email: 'e' })],
  ['no text for people', forms({ default: JSON.stringify(document) })],
  ['no JSON', { MessageStructure: 'json', Message: '{' }],
])('%s is of no kind', (_what, input) => {
  expect(publish(input)).toMatchObject(plain);
});
