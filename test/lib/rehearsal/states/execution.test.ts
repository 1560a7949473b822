import { describe, expect, test } from '@jest/globals';
import { Kernel } from '../../../../lib/rehearsal/kernel/kernel.ts';
import { quiesce } from '../../../../lib/rehearsal/kernel/quiesce.ts';
import { loadStateMachine } from '../../../../lib/rehearsal/states/definition.ts';
import {
  Execution,
  type ExecutionHost,
  type HistoryEvent,
  type TaskOutcome,
  type TaskRequest,
} from '../../../../lib/rehearsal/states/execution.ts';

const executionArn = 'arn:aws:states:eu-west-1:111122223333:execution:m:e';
const startMs = Date.UTC(2026, 5, 1);

/** A host that keeps what it is asked and answers when the test says so. */
class RecordingHost implements ExecutionHost {
  readonly kernel = new Kernel({ seed: 3, startMs, quiesce });
  readonly requests: TaskRequest[] = [];
  readonly events: HistoryEvent[] = [];
  readonly entered: [string, number][] = [];
  ended = 0;
  complete: (outcome: TaskOutcome) => void = () => {};

  startTask(request: TaskRequest, complete: (outcome: TaskOutcome) => void): void {
    this.requests.push(request);
    this.complete = complete;
  }
  onHistoryEvent(event: HistoryEvent): void {
    this.events.push(event);
  }
  onStateEntered(stateName: string, atMs: number): void {
    this.entered.push([stateName, (atMs - startMs) / 1000]);
  }
  onEnd(): void {
    this.ended += 1;
  }
}

function start(states: Record<string, unknown>, input: unknown = {}): { host: RecordingHost; execution: Execution } {
  const host = new RecordingHost();
  const definition = loadStateMachine({ QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states });
  const execution = new Execution({
    definition,
    name: 'e',
    executionArn,
    stateMachineArn: 'arn:aws:states:eu-west-1:111122223333:stateMachine:m',
    input,
    host,
  });
  execution.start();
  return { host, execution };
}

const call = { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', Arguments: { TopicArn: 't' }, End: true };
const waitForToken = { ...call, Resource: 'arn:aws:states:::sns:publish.waitForTaskToken' };
const hourMs = 3_600_000;

describe('an execution', () => {
  test('asks its host for a task and takes the answer at the virtual instant it comes', async () => {
    const { host, execution } = start({ Call: { ...call, Credentials: { RoleArn: 'arn:aws:iam::1:role/r' } } });
    await host.kernel.run(startMs + 1000);

    expect(host.requests).toEqual([
      {
        resource: call.Resource,
        arguments: { TopicArn: 't' },
        credentials: { RoleArn: 'arn:aws:iam::1:role/r' },
        stateName: 'Call',
        executionArn,
      },
    ]);
    expect(execution.status).toBe('RUNNING');

    host.complete({ output: { MessageId: 'm' } });
    await host.kernel.run(startMs + 2000);
    expect(execution.status).toBe('SUCCEEDED');
    expect(execution.output).toEqual({ MessageId: 'm' });
    expect([execution.startedMs, execution.endedMs]).toEqual([startMs, startMs + 1000]);
    expect(host.ended).toBe(1);
  });

  test('does not care about a second answer', async () => {
    const { host, execution } = start({ Call: call });
    await host.kernel.run(startMs);

    host.complete({ output: 1 });
    host.complete({ error: 'E', cause: 'late' });
    await host.kernel.run(startMs + 1);

    expect(execution.output).toBe(1);
  });

  test('gives a task without an output null', async () => {
    const { host, execution } = start({ Call: call });
    await host.kernel.run(startMs);
    host.complete({ output: undefined });
    await host.kernel.run(startMs + 1);
    expect(execution.output).toBeNull();
  });

  test('keeps a history as Step Functions writes it', async () => {
    const { host, execution } = start({
      Each: {
        Type: 'Map',
        Items: [1],
        ItemProcessor: { StartAt: 'Call', States: { Call: { ...waitForToken } } },
        Catch: [{ ErrorEquals: ['E'], Next: 'Rest' }],
        End: true,
      },
      Rest: { Type: 'Wait', Seconds: 60, End: true },
    });
    await host.kernel.run(startMs);
    host.complete({ output: {} });
    const token = host.requests[0]?.taskToken ?? '';
    host.kernel.after(5000, 'failure', () => execution.sendTaskFailure(token, 'E', 'c'));
    await host.kernel.run();

    expect(host.events.map(({ id, type }) => `${id} ${type}`)).toEqual([
      '1 ExecutionStarted',
      '2 MapStateEntered',
      '3 MapStateStarted',
      '4 MapIterationStarted',
      '5 TaskStateEntered',
      '6 TaskScheduled',
      '7 TaskStarted',
      '8 TaskSubmitted',
      '9 TaskFailed',
      '10 MapIterationFailed',
      '11 MapStateFailed',
      '12 MapStateExited',
      '13 WaitStateEntered',
      '14 WaitStateExited',
      '15 ExecutionSucceeded',
    ]);
    expect(host.events[8]).toEqual({
      id: 9,
      type: 'TaskFailed',
      stateName: 'Call',
      atMs: startMs + 5000,
      error: 'E',
      cause: 'c',
    });
    expect(execution.historyEvents).toBe(15);
    expect(host.entered).toEqual([
      ['Each', 0],
      ['Call', 0],
      ['Rest', 5],
    ]);
  });

  test('is aborted once, and nothing of it runs on', async () => {
    const { host, execution } = start({
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Call', States: { Call: { ...call, End: undefined, Next: 'After' }, After: { Type: 'Succeed' } } },
          {
            StartAt: 'Pause',
            States: { Pause: { Type: 'Wait', Seconds: 60, Next: 'Later' }, Later: { Type: 'Succeed' } },
          },
        ],
        End: true,
      },
    });
    await host.kernel.run(startMs + 1000);

    execution.abort('Stopped', 'by hand');
    execution.abort('Again');
    host.complete({ output: 1 });
    await host.kernel.run();

    expect([execution.status, execution.error, execution.cause]).toEqual(['ABORTED', 'Stopped', 'by hand']);
    expect(execution.statesEntered).toEqual(['Both', 'Call', 'Pause']);
    expect(host.kernel.nowMs).toBe(startMs + 1000);
    expect(host.ended).toBe(1);
  });

  test('aborted while an expression is evaluated, it does not go on', async () => {
    const { host, execution } = start({
      One: { Type: 'Pass', Output: '{% 1 %}', Next: 'Two' },
      Two: { Type: 'Succeed' },
    });
    host.kernel.at(startMs, 'abort', () => execution.abort());
    await host.kernel.run();
    expect(execution.status).toBe('ABORTED');
    expect(execution.statesEntered).toEqual(['One']);
  });

  test('ends after a year even when nothing answers', async () => {
    const { host, execution } = start({ Call: call });
    await host.kernel.run();
    expect(execution.status).toBe('TIMED_OUT');
    expect(host.kernel.nowMs - startMs).toBe(365 * 24 * hourMs);
  });
});

describe('a task token', () => {
  test('takes success, and only once', async () => {
    const { host, execution } = start({ Ask: waitForToken });
    await host.kernel.run(startMs);
    const token = host.requests[0]?.taskToken ?? '';

    expect(execution.sendTaskSuccess('another', 1)).toBe(false);
    expect(execution.sendTaskSuccess(token, { yes: true })).toBe(true);
    expect(execution.sendTaskSuccess(token, 2)).toBe(false);
    expect(execution.sendTaskFailure(token, 'E', 'c')).toBe(false);
    expect(execution.sendTaskHeartbeat(token)).toBe(false);
    host.complete({ output: 'too late' });
    await host.kernel.run();

    expect(execution.output).toEqual({ yes: true });
  });

  test('stays alive by heartbeats until one is missed', async () => {
    const { host, execution } = start({ Ask: { ...waitForToken, HeartbeatSeconds: 10 } });
    await host.kernel.run(startMs);
    const token = host.requests[0]?.taskToken ?? '';
    for (const second of [9, 18, 27]) {
      host.kernel.after(second * 1000, 'heartbeat', () => execution.sendTaskHeartbeat(token));
    }
    await host.kernel.run();

    expect(execution.error).toBe('States.HeartbeatTimeout');
    expect((execution.endedMs ?? 0) - startMs).toBe(37_000);
  });
});

test('the 25,000th event is the failure', async () => {
  const host = new RecordingHost();
  const definition = loadStateMachine({
    QueryLanguage: 'JSONata',
    StartAt: 'Call',
    States: { Call: { ...call, End: undefined, Next: 'Call' } },
  });
  const execution = new Execution({ definition, name: 'e', executionArn, stateMachineArn: 'a:b', input: {}, host });
  host.startTask = (_request, complete) => complete({ output: 1 });
  execution.start();
  await host.kernel.run();
  expect(execution.error).toBe('States.Runtime');
  expect(execution.historyEvents).toBe(25_000);
  expect(host.events.at(-1)?.type).toBe('ExecutionFailed');
});

test('all variables together may have 10 MiB', async () => {
  const assign = (x: string, Next: string) => ({ Type: 'Pass', Assign: { [x]: `{% $pad("", 200000, "x") %}` }, Next });
  const states: Record<string, unknown> = {};
  for (let index = 0; index < 60; index++) states[`S${index}`] = assign(`v${index}`, `S${index + 1}`);
  const { host, execution } = start({ ...states, S60: { Type: 'Succeed' } });
  await host.kernel.run();
  expect(execution.error).toBe('States.DataLimitExceeded');
  expect(execution.statesEntered).toHaveLength(53);
});
