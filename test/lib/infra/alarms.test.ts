import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { CloudWatchService } from '../../../lib/rehearsal/aws/cloudwatch/cloudwatch-service.ts';
import { accountId, provision, WorldFake } from '../rehearsal/aws/world-fake.ts';
import { maximalPlan, minimalPlan, synthesise } from './estates.ts';

interface AlarmProperties {
  readonly AlarmName: string;
  readonly AlarmDescription: string;
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Period: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly AlarmActions?: readonly unknown[];
  readonly InsufficientDataActions?: readonly unknown[];
}

const maximal = synthesise(maximalPlan);
const stacks = ['bank-region-a', 'bank-region-b', 'bank-witness', 'bank-health-forwarder'];

function alarms(stack: string, from = maximal): AlarmProperties[] {
  return from.resources(stack, 'AWS::CloudWatch::Alarm').map((one) => one.Properties as unknown as AlarmProperties);
}

function alarmOf(stack: string, name: string): AlarmProperties {
  const found = alarms(stack).find((one) => one.AlarmName === name);
  if (found === undefined) throw new Error(`${stack} has no alarm ${name}`);
  return found;
}

/** As GitHub makes anchors of headings. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

describe('alarms and the runbook', () => {
  const runbook = readFileSync('docs/runbook.md', 'utf8');
  const chapter = runbook.slice(runbook.indexOf('\n## Alarms'), runbook.indexOf('\n## Things to check'));
  const entries = chapter.split('\n### ').slice(1);
  const anchors = entries.map((entry) => anchorOf(entry.split('\n')[0]!));
  const named = stacks
    .flatMap((stack) => alarms(stack))
    .map((one) => one.AlarmDescription.split('docs/runbook.md#')[1]);

  test('every alarm names an entry', () => {
    expect(named.filter((anchor) => anchor === undefined || !anchors.includes(anchor))).toEqual([]);
  });

  test('every entry belongs to an alarm, and says where to look and how to mend', () => {
    expect(anchors.filter((anchor) => !named.includes(anchor))).toEqual([]);
    expect(entries.filter((entry) => !/\bLook: /.test(entry) || !/\bMend: /.test(entry))).toEqual([]);
  });

  test('the heading of an entry is the name of its alarms', () => {
    for (const one of stacks.flatMap((stack) => alarms(stack))) {
      const entry = entries[anchors.indexOf(one.AlarmDescription.split('#')[1] ?? '')]!;
      const pattern = entry
        .split('\n')[0]!
        .replaceAll('`', '')
        .replace(/<estate>/, 'bank')
        .replace(/<\w+>/g, '[\\w-]+');
      expect(one.AlarmName).toMatch(new RegExp(`^${pattern}$`));
    }
  });
});

describe('alarms', () => {
  const ofRegion = ['bank-heartbeat', 'bank-degraded-errors', 'bank-degraded-latency'];
  const signals: Record<string, string[]> = { 'bank-region-a': ofRegion, 'bank-region-b': ofRegion };

  test('have names of their own, and all but signals tell the operators of their region', () => {
    for (const stack of stacks) {
      const names = alarms(stack).map((one) => one.AlarmName);
      expect(new Set(names).size).toBe(names.length);
      const silent = alarms(stack).filter((one) => one.AlarmActions === undefined);
      expect(silent.map((one) => one.AlarmName)).toEqual(signals[stack] ?? []);
    }
  });

  test('watch every function of a stack for throttles and every state machine for failures', () => {
    for (const stack of stacks) {
      const names = alarms(stack).map((one) => one.AlarmName);
      const functions = maximal
        .resources(stack, 'AWS::Lambda::Function')
        .map((one) => String(one.Properties.FunctionName));
      const machines = maximal
        .resources(stack, 'AWS::StepFunctions::StateMachine')
        .map((one) => String(one.Properties.StateMachineName));
      expect(names).toEqual(expect.arrayContaining(functions.map((name) => name.replace('bank-', 'bank-throttled-'))));
      expect(names).toEqual(
        expect.arrayContaining(machines.flatMap((name) => [`${name}-failed`, `${name}-timed-out`])),
      );
    }
  });

  test('the witness says when it can’t see', () => {
    expect(alarms('bank-witness').map((one) => one.AlarmName)).toEqual(
      expect.arrayContaining([
        'bank-dead-letters',
        'bank-lost-beats',
        'bank-silent-probe-eu-central-1',
        'bank-silent-probe-eu-west-1',
      ]),
    );
  });

  test('what is written every 30 s is looked at every minute', () => {
    const tiny = synthesise(minimalPlan);
    expect(alarms('tiny-region-b', tiny).find((one) => one.AlarmName === 'tiny-capture-age')?.Period).toBe(60);
  });
});

/** An alarm of the template in a CloudWatch that runs, and what it told. */
function running(stack: string, name: string) {
  const world = new WorldFake();
  const service = new CloudWatchService(world, { events: { emit: () => {} } });
  const region = 'eu-west-1';
  const topic = [`arn:aws:sns:${region}:${accountId}:operators`];
  const given = alarmOf(stack, name);
  const dimensions = given.Dimensions.map(({ Name, Value }) => ({ Name, Value: String(Value) }));
  const actions = {
    ...(given.AlarmActions && { AlarmActions: topic }),
    ...(given.InsufficientDataActions && { InsufficientDataActions: topic }),
  };
  provision(service, 'AWS::CloudWatch::Alarm', { ...given, Dimensions: dimensions, ...actions }, region);
  const startMs = world.kernel.nowMs;
  const written = Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
  /** Writes a value every `everySeconds` from … to …, in seconds from the start. */
  const write = (value: number, fromSeconds: number, toSeconds: number, everySeconds: number) => {
    for (let second = fromSeconds; second < toSeconds; second += everySeconds)
      world.kernel.at(startMs + second * 1000, 'write', () =>
        service.record(region, given.Namespace, given.MetricName, written, value),
      );
  };
  const until = async (second: number) => {
    await world.kernel.run(startMs + second * 1000);
    return service.rung.map(({ state }) => state);
  };
  return { write, until, startMs, service };
}

describe('a silent probe', () => {
  test('rings when its slots stop, and by no fresh deployment', async () => {
    const { write, until } = running('bank-region-b', 'bank-silent-probe-eu-central-1');
    write(1, 65, 600, 10);
    expect(await until(600)).toEqual([]);
    expect(await until(900)).toEqual(['INSUFFICIENT_DATA']);
  });
});

describe('the lease', () => {
  test('rings when every renewal of two minutes failed, not for some that failed', async () => {
    const { write, until } = running('bank-region-a', 'bank-silent-renew-lease');
    write(1, 5, 600, 20);
    write(0, 15, 900, 20);
    expect(await until(600)).toEqual([]);
    expect(await until(900)).toEqual(['ALARM']);
  });
});

describe('the ingress gate', () => {
  test('rings when every run of four minutes failed, not for one', async () => {
    const { write, until } = running('bank-region-b', 'bank-silent-gate-ingress');
    write(1, 5, 600, 60);
    write(0, 35, 1200, 60);
    expect(await until(700)).toEqual([]);
    expect(await until(1200)).toEqual(['ALARM']);
  });
});

describe('the lag of a database', () => {
  const name = 'bank-replication-lag-ledger-books';

  test('rings when it is over the loss budget for three minutes, and never where the writer is', async () => {
    const { write, until } = running('bank-region-b', name);
    expect(alarmOf('bank-region-b', name).Dimensions).toEqual([{ Name: 'DBClusterIdentifier', Value: 'books-b' }]);
    write(5000, 10, 600, 60);
    write(5001, 610, 720, 60);
    write(200, 730, 1200, 60);
    expect(await until(1200)).toEqual([]);
    write(5001, 1210, 1440, 60);
    expect(await until(1440)).toEqual(['ALARM']);
    expect(alarmOf('bank-region-a', name).Dimensions).toEqual([{ Name: 'DBClusterIdentifier', Value: 'books-a' }]);
    expect(await running('bank-region-a', name).until(3600)).toEqual([]);
  });
});

describe('the age of captures', () => {
  test('rings above the platform’s RPO and a minute, and never where nobody measures', async () => {
    const { write, until } = running('bank-region-b', 'bank-capture-age');
    const { rpoSeconds } = maximalPlan.platform;
    write(rpoSeconds + 59, 10, 1200, 300);
    expect(await until(1500)).toEqual([]);
    write(rpoSeconds + 61, 1510, 1800, 300);
    expect(await until(2100)).toEqual(['ALARM']);
    const silent = running('bank-region-a', 'bank-capture-age');
    expect(await silent.until(3600)).toEqual([]);
  });
});

describe('the plan’s targets', () => {
  test.each(['bank-rto-missed', 'bank-rpo-missed'])('%s rings for one that was missed', async (name) => {
    const { write, until } = running('bank-region-b', name);
    write(0, 10, 20, 60);
    expect(await until(600)).toEqual([]);
    write(1, 610, 620, 60);
    expect(await until(900)).toEqual(['ALARM']);
  });
});

describe('the decision endpoint', () => {
  test('rings when it fails for three minutes, not for one', async () => {
    const { write, until } = running('bank-region-a', 'bank-decision-errors');
    write(1, 10, 50, 10);
    write(0, 70, 300, 10);
    expect(await until(300)).toEqual([]);
    write(1, 310, 600, 10);
    expect(await until(600)).toEqual(['ALARM']);
  });
});
