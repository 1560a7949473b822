import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { lowerBound } from '../../../../lib/rehearsal/lower-bound/lower-bound.ts';
import { startSecondsOf } from '../../../../lib/rehearsal/lower-bound/start-seconds.ts';
import { application, dnsName, smallPlan } from '../small-plan.ts';

const plan = smallPlan();
const healthCheck = { intervalSeconds: 10, failureThreshold: 3 };
const seconds = (input: Partial<Parameters<typeof lowerBound>[0]>) =>
  lowerBound({
    plan,
    faultMs: 0,
    startSeconds: new Map([
      ['orders', 10],
      ['web', 6],
    ]),
    promotionSeconds: new Map(),
    healthCheck,
    ...input,
  });

describe('the lower bound', () => {
  test('adds quorum, confirmation, the slowest chain of starts, checks and the time to live', () => {
    const { seconds: total, steps } = seconds({});
    expect(steps).toEqual([
      { step: 'quorum of 2 signals', seconds: 5 },
      { step: 'confirmation', seconds: 60 },
      { step: 'rest of the lease', seconds: 0 },
      { step: 'start of orders → web', seconds: 16 },
      { step: '3 health checks every 10 s', seconds: 30 },
      { step: 'time to live in resolvers', seconds: 60 },
    ]);
    expect(total).toBe(171);
  });

  test('waits for no health check where the last name to move needs none', () => {
    const changed = { ...dnsName('slow.shop.example'), traffic: 'record-change' as const, ttlSeconds: 120 };
    const tail = (ttlSeconds: number) => {
      const dns = [dnsName('www.shop.example'), { ...changed, ttlSeconds }];
      return seconds({ plan: smallPlan({ applications: [application('web', { dns })] }) }).steps.slice(4);
    };
    expect(tail(120)).toEqual([{ step: 'time to live in resolvers', seconds: 120 }]);
    expect(tail(80).map((step) => step.seconds)).toEqual([30, 60]);
  });

  test('waits for the next beat of the probes, and for the alarm where the quorum needs it', () => {
    expect(seconds({ faultMs: 3000 }).steps[0]?.seconds).toBe(12);
    const beats = { ...plan.detection, signals: ['probe-witness', 'heartbeat-alarm'] as const };
    expect(seconds({ plan: { ...plan, detection: beats } }).steps[0]?.seconds).toBe(20);
  });

  test('a region that is ill is seen by what its illness crosses, and gives its lease up', () => {
    const metric = { namespace: 'Shop', metricName: 'Failed', dimensions: {}, thresholdPercent: 50 };
    const detection = {
      ...plan.detection,
      signals: ['probe-standby', 'probe-witness', 'route53-checkers', 'application-alarm'] as const,
      degradation: { forSeconds: 180, errors: metric },
    };
    const patient = { ...plan, detection, authority: { ...plan.authority, leaseSeconds: 600 } };
    const ill = (errorPercent: number, extraLatencyMs: number) =>
      seconds({ plan: patient, degradation: { errorPercent, extraLatencyMs } }).steps.map((step) => step.seconds);
    // Checkers after 22 s and the alarm after two data points of three.
    expect(ill(60, 2450).slice(0, 3)).toEqual([120, 60, 0]);
    // Both probes, at the end of their time.
    expect(ill(0, 6000)[0]).toBe(5);
    // Nobody but the checkers: no quorum.
    expect(ill(30, 2450)[0]).toBe(0);
  });

  test('waits for the lease where that ends later', () => {
    const patient = { ...plan, authority: { ...plan.authority, leaseSeconds: 300 } };
    expect(seconds({ plan: patient }).steps[2]).toEqual({ step: 'rest of the lease', seconds: 225 });
  });

  test('takes the longest of several chains, and leaves out what can not be recovered', () => {
    const wide = smallPlan({
      applications: [
        application('a'),
        application('b'),
        application('c', { dependsOn: ['a', 'b'], dns: [dnsName('c.shop.example')] }),
        application('lost', { dns: [{ ...dnsName('lost.shop.example'), ttlSeconds: 3600 }] }),
      ],
    });
    const startSeconds = new Map([
      ['a', 3],
      ['b', 8],
      ['c', 0],
    ]);
    const { steps } = seconds({ plan: wide, startSeconds });
    expect(steps[3]).toEqual({ step: 'start of b', seconds: 8 });
    expect(steps.at(-1)?.seconds).toBe(60);
  });

  test('waits for the last promotion of the slowest chain, as all begin together', () => {
    const promotionSeconds = new Map([
      ['orders', 90],
      ['web', 95],
    ]);
    const { steps } = seconds({ promotionSeconds });
    expect(steps.slice(3, 5)).toEqual([
      { step: 'promotion of the data of orders', seconds: 90 },
      { step: 'start of orders → web', seconds: 16 },
    ]);
    const late = seconds({ promotionSeconds: new Map([['web', 95]]) });
    expect(late.steps.slice(3, 5)).toEqual([
      { step: 'promotion of the data of web', seconds: 95 },
      { step: 'start of web', seconds: 6 },
    ]);
  });

  test('has no traffic to move without public names, and nothing to start where all runs', () => {
    const inner = smallPlan({ applications: [application('orders')] });
    const { steps } = seconds({ plan: inner, startSeconds: new Map([['orders', 0]]) });
    expect(steps.at(-1)).toEqual({ step: 'starts', seconds: 0 });
  });

  test('knows nothing of handlers, state machines and traces', () => {
    const folder = 'lib/rehearsal/lower-bound';
    for (const file of readdirSync(folder)) {
      expect(readFileSync(`${folder}/${file}`, 'utf8')).not.toMatch(
        /from '.*(lambdas|statemachines|states|world|aws)\//,
      );
    }
  });
});

describe('start times', () => {
  const latencies = { containerStartMs: 1500, applicationStartMs: 4000, initContainerMs: 2000 };
  const pod = (namespace: string, spec: object) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: namespace, namespace },
    spec: { template: { spec } },
  });

  test('are those of the slowest workload, with its init containers and the delay of its probe', () => {
    const objects = [
      pod('orders', { containers: [{ readinessProbe: { initialDelaySeconds: 10 } }], initContainers: [{}] }),
      pod('orders', { containers: [{}] }),
    ];
    expect(startSecondsOf(plan, objects, latencies).get('orders')).toBe(13.5);
    expect(startSecondsOf(plan, objects.slice(1), latencies).get('orders')).toBe(5.5);
    expect(startSecondsOf(plan, [], latencies).get('orders')).toBe(0);
  });

  test('are nothing for what runs in the standby region already', () => {
    const running = smallPlan({
      applications: [
        application('orders', { standbyShare: 0.5 }),
        application('web', { pattern: 'active-active', standbyShare: undefined }),
        application('pilot', { pattern: 'pilot-light', standbyShare: 0.5 }),
      ],
    });
    const objects = ['orders', 'web', 'pilot'].map((name) => pod(name, { containers: [] }));
    expect([...startSecondsOf(running, objects, latencies)]).toEqual([
      ['orders', 0],
      ['web', 0],
      ['pilot', 5.5],
    ]);
  });
});
