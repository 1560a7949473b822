import { expect, test } from '@jest/globals';
import type { ServiceEvent } from '../../../../../lib/rehearsal/aws/eventbridge/eventbridge-service.ts';
import { AwsHealth } from '../../../../../lib/rehearsal/aws/health/aws-health.ts';
import { WorldFake } from '../world-fake.ts';

function setUp() {
  const { kernel } = new WorldFake();
  const published: { region: string; event: ServiceEvent }[] = [];
  const health = new AwsHealth({ kernel, emit: (region, event) => published.push({ region, event }) });
  const details = () => published.map(({ event }) => event.detail as Record<string, string>);
  return { kernel, health, published, details };
}

test('a word is published in its region and in us-west-2, as one communication', () => {
  const { health, published, details } = setUp();
  health.say({ region: 'eu-central-1', service: 'EC2', status: 'open' });
  expect(published.map(({ region }) => region)).toEqual(['eu-central-1', 'us-west-2']);
  const [own, copy] = details();
  expect(own).toMatchObject({
    service: 'EC2',
    eventTypeCode: 'AWS_EC2_OPERATIONAL_ISSUE',
    eventTypeCategory: 'issue',
    statusCode: 'open',
    eventRegion: 'eu-central-1',
    startTime: 'Sat, 21 Nov 2026 06:00:00 GMT',
    backupEvent: 'false',
  });
  expect(copy).toEqual({ ...own, backupEvent: 'true' });
});

test('us-west-2 has us-east-1 for its copies', () => {
  const { health, published } = setUp();
  health.say({ region: 'us-west-2', service: 'EC2', status: 'open' });
  expect(published.map(({ region }) => region)).toEqual(['us-west-2', 'us-east-1']);
});

test('what is said later of the same service is the same issue, and another communication', async () => {
  const { kernel, health, details } = setUp();
  health.say({ region: 'eu-central-1', service: 'EC2', status: 'open' });
  await kernel.run(kernel.nowMs + 60_000);
  health.say({ region: 'eu-central-1', service: 'EC2', status: 'closed' });
  health.say({ region: 'eu-central-1', service: 'RDS', status: 'open' });
  const [open, , closed, , other] = details();
  expect(closed).toMatchObject({
    eventArn: open?.eventArn,
    startTime: open?.startTime,
    endTime: 'Sat, 21 Nov 2026 06:01:00 GMT',
    statusCode: 'closed',
  });
  expect(health.issues).toMatchObject([
    { region: 'eu-central-1', eventArn: open?.eventArn, endedMs: kernel.nowMs },
    { region: 'eu-central-1', saidMs: kernel.nowMs },
  ]);
  expect(closed?.communicationId).not.toBe(open?.communicationId);
  expect(other?.eventArn).not.toBe(open?.eventArn);
});
