import { beforeEach, describe, expect, test } from '@jest/globals';
import { AwsServiceError } from '../../../../../lib/rehearsal/aws/service.ts';
import { bundleFixtures } from './bundled-fixtures.ts';
import { operator, smallWorld } from './small-world.ts';

const { 'aws-calls': folder } = bundleFixtures('aws-calls');

let world: ReturnType<typeof smallWorld>;
let arn: string;
let run: (event: object) => Promise<unknown>;

beforeEach(() => {
  world = smallWorld();
  arn = world.addFunction({ folder, Timeout: 300 });
  run = (event) => world.run(arn, event);
});

function throttle(name: string, statusCode = 400): AwsServiceError {
  return new AwsServiceError(name, 'slow down', statusCode);
}

describe('a call of the AWS SDK', () => {
  test('reaches the service with its serialised members, as the role of the function, in virtual time', async () => {
    const result = await run({ do: 'put' });
    expect(result).toMatchObject({ output: { $metadata: { httpStatusCode: 200, attempts: 1 } } });
    expect(world.dynamodb.calls).toMatchObject([
      {
        operation: 'PutItem',
        region: 'eu-west-1',
        input: { TableName: 'journal', Item: { id: { S: '1' }, bytes: { B: Uint8Array.of(1, 2) } } },
        caller: { principal: world.roleArn, name: 'lambda:app@eu-west-1#1' },
      },
    ]);
    const { tookMs } = result as { tookMs: number };
    expect(tookMs).toBeGreaterThan(3);
    expect(tookMs).toBeLessThan(15);
  });

  test('of the document client arrives marshalled', async () => {
    await run({ do: 'document' });
    expect(world.dynamodb.calls[0]?.input).toEqual({ TableName: 'journal', Item: { id: { S: '1' }, n: { N: '5' } } });
  });

  test('gets objects, lists and bytes that the function takes for its own', async () => {
    world.dynamodb.answers = [{ Item: { id: { S: 'x' }, bytes: { B: Uint8Array.of(1) }, list: { L: [{ S: 'a' }] } } }];
    expect(await run({ do: 'get' })).toEqual({ text: 'x', isBytes: true, isList: true });
  });

  test('gets a modelled error as its class, with its members', async () => {
    world.dynamodb.answers = [
      new AwsServiceError('ConditionalCheckFailedException', 'The conditional request failed', 400, {
        Item: { id: { S: '9' } },
      }),
    ];
    expect(await run({ do: 'put' })).toMatchObject({
      name: 'ConditionalCheckFailedException',
      message: 'The conditional request failed',
      $fault: 'client',
      modelled: true,
      isError: true,
      status: 400,
      Item: { id: { S: '9' } },
    });
    expect(world.dynamodb.calls).toHaveLength(1);
  });

  test('gets an error that is not modelled too', async () => {
    world.dynamodb.answers = [new AwsServiceError('AccessDeniedException', 'no')];
    expect(await run({ do: 'put' })).toMatchObject({ name: 'AccessDeniedException', message: 'no', modelled: false });
  });

  test.each([
    ['ThrottlingException', 400],
    ['InternalServerError', 500],
    ['ReplicatedWriteConflictException', 400],
  ])('is retried by the SDK after %s, sleeping virtual time', async (name, status) => {
    world.dynamodb.answers = [throttle(name, status), throttle(name, status), {}];
    const result = await run({ do: 'put' });
    expect(result).toMatchObject({ output: { $metadata: { attempts: 3 } } });
    expect(world.dynamodb.calls).toHaveLength(3);
  });

  test('gives up after its attempts', async () => {
    world.dynamodb.answers = [throttle('ThrottlingException')];
    expect(await run({ do: 'put' })).toMatchObject({ name: 'ThrottlingException', attempts: 3 });
  });

  test('that is denied by IAM fails as in AWS', async () => {
    world.iam.role(world.roleArn)?.policies.clear();
    expect(await run({ do: 'put' })).toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('assumed-role/app/app is not authorized to perform: dynamodb:PutItem'),
    });
  });

  test('without credentials never leaves the function', async () => {
    expect(await run({ do: 'without-credentials' })).toMatchObject({ message: 'no credentials here' });
    expect(world.dynamodb.calls).toEqual([]);
  });

  test('goes through all of the SDK but what writes headers, which nobody reads', async () => {
    const middleware = (await run({ do: 'middleware' })) as string[];
    const ownWork = ['serializerMiddleware', 'retryMiddleware', 'httpSigningMiddleware', 'deserializerMiddleware'];
    expect(middleware.map((line) => line.split(/[ :]/)[0])).toEqual(expect.arrayContaining(ownWork));
    expect(middleware.join()).not.toMatch(/user-?agent|header|detection|length/i);
  });

  test('to another region goes there', async () => {
    await run({ do: 'elsewhere', region: 'us-west-2' });
    expect(world.dynamodb.calls[0]?.region).toBe('us-west-2');
  });

  test('of a client that was not published ends the rehearsal with the remedy', async () => {
    await expect(run({ do: 'unpublished' })).rejects.toThrow(
      /lambda:app@eu-west-1#1 sends sns\.eu-west-1\.amazonaws\.com a request.*lifeboat:aws-client/,
    );
  });

  test('through the SDK costs well under ten milliseconds of real time', async () => {
    await run({ do: 'many', times: 50 });
    const before = performance.now();
    await run({ do: 'many', times: 200 });
    expect((performance.now() - before) / 200).toBeLessThan(10);
  });
});

describe('a call to a dark region', () => {
  beforeEach(() => world.world.weather.setRegionDown('us-west-2'));

  test('ends by the connection time-out of each attempt', async () => {
    const result = await run({ do: 'elsewhere', region: 'us-west-2' });
    expect(result).toMatchObject({
      name: 'TimeoutError',
      message: expect.stringContaining(
        'did not establish a connection with the server within the configured timeout of 1000 ms',
      ),
    });
    const { tookMs } = result as { tookMs: number };
    expect(tookMs).toBeGreaterThanOrEqual(3000);
    expect(tookMs).toBeLessThan(5000);
  });

  test('over a connection that was open ends by the time-out for the answer', async () => {
    world.world.weather.setRegionUp('us-west-2');
    world.invoke(arn, { do: 'twice-elsewhere', region: 'us-west-2' });
    world.kernel.after(5000, 'dark', () => world.world.weather.setRegionDown('us-west-2'));
    await world.kernel.run(world.kernel.nowMs + 60_000);
    expect(world.answers[0]?.payload).toMatchObject([
      { output: {} },
      {
        name: 'TimeoutError',
        message: expect.stringContaining('exceeded the configured 3000 ms requestTimeout'),
        tookMs: 3000,
      },
    ]);
  });

  test('without any time-out ends when the operating system gives up', async () => {
    expect(await run({ do: 'patient', region: 'us-west-2' })).toMatchObject({ name: 'TimeoutError', tookMs: 127_000 });
  });

  test('ends at once when its signal aborts', async () => {
    const result = await run({ do: 'abort', region: 'us-west-2', abortAfterMs: 250 });
    expect(result).toMatchObject({ name: 'AbortError', tookMs: 250 });
  });
});

describe('determinism', () => {
  const record = async (seed: number): Promise<readonly string[]> => {
    const one = smallWorld(seed);
    const names = ['b-function', 'a-function'];
    for (const name of names) one.addFunction({ folder, name, Timeout: 60 });
    one.dynamodb.answers = [throttle('ThrottlingException'), {}, throttle('ThrottlingException'), {}];
    for (const name of names) {
      for (let i = 0; i < 3; i++) one.invoke(name, { do: 'many', times: 4 });
    }
    await one.kernel.run(one.kernel.nowMs + 60_000);
    return one.lines;
  };

  test('the same seed gives the same trace byte for byte, another seed another', async () => {
    const first = await record(1);
    expect(first.length).toBeGreaterThan(24);
    expect(await record(1)).toEqual(first);
    expect(await record(2)).not.toEqual(first);
  });

  test('calls of one instant are carried out in the order of the callers’ names', async () => {
    const order: string[] = [];
    const one = smallWorld();
    for (const name of ['b', 'a', 'c']) {
      one.kernel.submit(name, 0, () => {
        const caller = { ...operator, name };
        one.world.call('dynamodb', { caller, region: 'eu-west-1', operation: 'GetItem', input: {} }, () => {});
        order.push(name);
      });
    }
    await one.kernel.run();
    expect(order).toEqual(['a', 'b', 'c']);
  });
});
