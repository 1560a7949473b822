import { describe, expect, test } from '@jest/globals';
import { LogsService } from '../../../../../lib/rehearsal/aws/logs/logs-service.ts';
import { keyArn, keys } from '../keys-fake.ts';
import { accountId, caller, provision, refused, send, WorldFake } from '../world-fake.ts';

const region = 'eu-west-1';

function logs() {
  const { access, denied } = new WorldFake();
  return { service: new LogsService({ keys, access }), denied };
}

describe('a log group', () => {
  test('is there under its name, once in a region', () => {
    const { service } = logs();
    const group = { LogGroupName: '/aws/lambda/f', RetentionInDays: 30, KmsKeyId: keyArn };
    expect(provision(service, 'AWS::Logs::LogGroup', group, region)).toEqual({
      ref: '/aws/lambda/f',
      attributes: { Arn: `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/f:*` },
    });
    expect(() => provision(service, 'AWS::Logs::LogGroup', group, region)).toThrow('exists in eu-west-1 already');
    expect(provision(service, 'AWS::Logs::LogGroup', {}, 'us-east-1').ref).toBe('estate-Thing-1A2B3C');
  });

  test.each<[Record<string, unknown>, string]>([
    [{ RetentionInDays: 31 }, 'one of 1, 3, 5'],
    [{ KmsKeyId: 'none' }, 'there is no KMS key none in eu-west-1'],
    [{ DataProtectionPolicy: {} }, 'DataProtectionPolicy'],
  ])('with %j is refused', (properties, message) => {
    expect(() => provision(logs().service, 'AWS::Logs::LogGroup', properties, region)).toThrow(message);
  });

  test('is refused when the policy of its key doesn’t let the service use it', () => {
    const { service, denied } = logs();
    denied.add('kms:GenerateDataKey');
    expect(() => provision(service, 'AWS::Logs::LogGroup', { LogGroupName: 'g', KmsKeyId: keyArn }, region)).toThrow(
      /not allowed to be used with Arn 'arn:aws:logs:eu-west-1:\d+:log-group:g' .*let logs\.eu-west-1\.amazonaws\.com do kms:GenerateDataKey\)/,
    );
  });

  test('is all there is of the service', () => {
    const { service } = logs();
    expect(refused(() => send(service, region, 'PutLogEvents', {})).message).toBe(
      'not simulated: CloudWatch Logs PutLogEvents',
    );
    expect(() => service.demands({ caller: caller(region), region, operation: 'PutLogEvents', input: {} })).toThrow(
      'not simulated',
    );
  });
});
