import { describe, expect, test } from '@jest/globals';
import { type Mistake, PlanError } from '../../../lib/plan/mistake.ts';
import { parsePlan } from '../../../lib/plan/read-plan.ts';
import { planText } from './plan-text.ts';

function mistakesIn(replacements: Readonly<Record<string, string>>): readonly Mistake[] {
  try {
    parsePlan(planText(replacements), 'lifeboat.yaml');
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes;
    throw error;
  }
  return [];
}

const regions = '{active: eu-central-1, standby: eu-west-1, witness: eu-west-3}';

const wwwTargets = 'targets: {eu-central-1: lb.eu-central-1.shop.example';
const probes = 'detection:\n';
const controls = (a: string, b: string) => {
  const arn = 'arn:aws:route53-recovery-control::111122223333:controlpanel/0a/routingcontrol';
  return `routingControls: {eu-central-1: "${arn}/${a}", eu-west-1: "${arn}/${b}"}\n        `;
};
const cluster = (endpoints = 5) => {
  const all = ['us-east-1', 'us-west-2', 'eu-west-1', 'ap-northeast-1', 'ap-southeast-2'].slice(0, endpoints);
  return `routingControlCluster: {endpoints: [${all.map((region) => `{region: ${region}, url: "https://${region}.example/v1"}`).join(', ')}]}\n`;
};

test('AWS Health may be asked for where its events can be forwarded', () => {
  expect(mistakesIn({ 'detection:': 'detection:\n  awsHealth: true' })).toEqual([]);
});

describe('rules across a plan refuse', () => {
  test.each([
    [
      'a region that AWS does not have',
      { 'standby: eu-west-1': 'standby: eu-wst-1' },
      'regions.standby',
      '"eu-wst-1" is not an AWS region',
      'did you mean "eu-west-1"?',
    ],
    [
      'one region for both roles',
      { 'standby: eu-west-1': 'standby: eu-central-1' },
      'regions.standby',
      'the standby region is the active one',
      'name another region',
    ],
    [
      'a witness in the active region',
      { 'witness: eu-west-3': 'witness: eu-central-1' },
      'regions.witness',
      'the witness region is the active one',
      'third region',
    ],
    [
      'a witness in the standby region',
      { 'witness: eu-west-3': 'witness: eu-west-1' },
      'regions.witness',
      'the witness region is the standby one',
      'third region',
    ],
    [
      'a strong authority where tables have none',
      { 'witness: eu-west-3': 'witness: eu-north-1' },
      'regions',
      "can't span eu-central-1, eu-west-1, eu-north-1",
      'authority: {kind: regional}',
    ],
    [
      'a strong authority across sets',
      { [regions]: `${regions.replace('eu-west-3', 'us-east-1')}\nauthority: {kind: strong}` },
      'authority.kind',
      "can't span",
      'us-east-1 us-east-2 us-west-2',
    ],
    [
      'a second application of one name',
      { 'name: orders\n': 'name: web\n' },
      'applications[1].name',
      'application "web" is there twice',
      'a name of its own',
    ],
    [
      'a DNS name twice',
      {
        '    dataStores:':
          '    dns: [{name: www.shop.example, zone: {name: shop.example, hostedZoneId: Z1}, targets: {eu-central-1: a.b, eu-west-1: c.d}}]\n    dataStores:',
      },
      'applications[1].dns[0].name',
      'DNS name "www.shop.example" is there twice',
      'a name of its own',
    ],
    [
      'a data store twice',
      { '    dataStores:': '    dataStores:\n      - {name: orders-db, kind: in-cluster}' },
      'applications[1].dataStores[1].name',
      'data store "orders-db" is there twice',
      '',
    ],
    [
      'objects that would belong to two applications',
      { 'namespaces: [orders]': 'namespaces: [orders, web]' },
      'applications[1].namespaces[1]',
      'namespace "web" would belong to web and to orders',
      'selector',
    ],
    [
      'a cluster that is not there',
      { 'namespaces: [web]': 'cluster: man\n    namespaces: [web]' },
      'applications[0].cluster',
      'cluster "man" is not in this plan',
      'did you mean "main"?',
    ],
    [
      'a component on a cluster that is not there',
      { 'name: eks}': 'name: eks, cluster: elsewhere}' },
      'platform.components[0].cluster',
      'cluster "elsewhere" is not in this plan',
      'known here: main',
    ],
    [
      'a dependency that is not there',
      { 'dependsOn: [orders]': 'dependsOn: [order]' },
      'applications[0].dependsOn[0]',
      'application "order" is not in this plan',
      'did you mean "orders"?',
    ],
    [
      'a dependency on itself',
      { 'dependsOn: [orders]': 'dependsOn: [web]' },
      'applications[0].dependsOn[0]',
      'dependency cycle web → web',
      'remove',
    ],
    [
      'a dependency cycle',
      { 'pattern: pilot-light': 'pattern: pilot-light\n    dependsOn: [web]' },
      'applications[1].dependsOn[0]',
      'dependency cycle web → orders → web',
      'remove',
    ],
    [
      'a check in a namespace of somebody else',
      { 'namespace: web': 'namespace: wep' },
      'applications[0].checks[0].namespace',
      'namespace "wep" is not one of',
      'did you mean "web"?',
    ],
    [
      'a cluster in a third region',
      { '      eu-west-1: {clusterName': '      eu-west-2: {clusterName' },
      'clusters[0].regions.eu-west-2',
      'neither the active nor the standby region',
      '"eu-west-1"',
    ],
    [
      'a cluster in one region',
      { '\n      eu-west-1: {clusterName: shop-b, autoscaler: karpenter}': '' },
      'clusters[0].regions',
      'the cluster for region eu-west-1 is missing',
      'add an entry',
    ],
    [
      'a DNS target in one region',
      { ', eu-west-1: lb.eu-west-1.shop.example': '' },
      'applications[0].dns[0].targets',
      'the target for region eu-west-1 is missing',
      'add an entry',
    ],
    [
      'a name moved by routing controls that names none',
      { [wwwTargets]: `traffic: routing-control\n        ${wwwTargets}`, [probes]: `${cluster()}${probes}` },
      'applications[0].dns[0].traffic',
      'www.shop.example is moved by routing controls and names none',
      'add routingControls:',
    ],
    [
      'routing controls that nothing follows',
      { [wwwTargets]: `${controls('01', '02')}${wwwTargets}` },
      'applications[0].dns[0].routingControls',
      'has routing controls and is not moved by them',
      'set traffic: routing-control',
    ],
    [
      'one routing control for both regions',
      {
        [wwwTargets]: `traffic: routing-control\n        ${controls('01', '01')}${wwwTargets}`,
        [probes]: `${cluster()}${probes}`,
      },
      'applications[0].dns[0].routingControls',
      'both regions have the same routing control',
      'one routing control for each region',
    ],
    [
      'routing controls of a cluster that nobody knows',
      { [wwwTargets]: `traffic: routing-control\n        ${controls('01', '02')}${wwwTargets}` },
      'applications',
      'nothing says where their cluster is',
      'add routingControlCluster',
    ],
    [
      'a cluster without its fifth endpoint',
      {
        [wwwTargets]: `traffic: routing-control\n        ${controls('01', '02')}${wwwTargets}`,
        [probes]: `${cluster(4)}${probes}`,
      },
      'routingControlCluster.endpoints',
      'five endpoints in five regions, and here are 4 in 4',
      'describe-cluster',
    ],
    [
      'what is no routing control',
      {
        [wwwTargets]: `traffic: routing-control\n        ${controls('01', 'zz')}${wwwTargets}`,
        [probes]: `${cluster()}${probes}`,
      },
      'applications[0].dns[0].routingControls.eu-west-1',
      'is not the ARN of a routing control',
      'copy it from ARC',
    ],
    [
      'probes of one region',
      { '\n      eu-west-1: [https://lb.eu-west-1.shop.example/healthz]': '' },
      'detection.probe.urls',
      'what to probe for region eu-west-1 is missing',
      'add an entry',
    ],
    [
      'a node group that starts above its end',
      { 'minSize: 3': 'minSize: 12' },
      'minSize',
      'minSize 12 is more than maxSize 9',
      'at most 9',
    ],
    [
      'a warm standby in no time',
      { 'rto: 20m\n    pattern: warm-standby': 'rto: 2m30s\n    pattern: warm-standby' },
      'applications[0].rto',
      "warm-standby can't be back in 2m30s: it takes 3m",
      'choose pattern active-active',
    ],
    [
      'an active-active in no time',
      { 'rto: 20m\n    pattern: warm-standby': 'rto: 1m\n    pattern: active-active' },
      'applications[0].rto',
      'it takes 2m10s',
      'set rto to 2m10s or more',
    ],
    [
      'a pilot light as fast as a warm standby',
      { 'rto: 20m\n    pattern: pilot-light': 'rto: 3m\n    pattern: pilot-light' },
      'applications[1].rto',
      'it takes 4m',
      'choose pattern warm-standby',
    ],
    [
      'a restore as fast as a pilot light',
      { 'rto: 20m\n    pattern: pilot-light': 'rto: 20m\n    pattern: backup-restore' },
      'applications[1].rto',
      'it takes 31m',
      'choose pattern pilot-light',
    ],
    [
      'a target shorter than the lease',
      {
        'rto: 20m\n    pattern: warm-standby': 'rto: 10m\n    pattern: warm-standby',
        'detection:': 'authority: {lease: 15m}\ndetection:',
      },
      'applications[0].rto',
      '15m to decide',
      'set rto to 17m',
    ],
    [
      'an RPO below the lag',
      { 'rpo: 1m': 'rpo: 2s' },
      'applications[1].rpo',
      "an RPO of 2s can't be met: the copy of orders-db may be 5s behind",
      'set rpo to 5s or more',
    ],
    [
      'a DNS name outside its zone',
      { 'name: www.shop.example': 'name: www.store.example' },
      'applications[0].dns[0].name',
      '"www.store.example" is not in zone shop.example',
      'www.shop.example',
    ],
    [
      'a quorum larger than the signals',
      { 'detection:': 'detection:\n  quorum: 5' },
      'detection.quorum',
      "a quorum of 5 can't be reached by 4 signals",
      'at most 4',
    ],
    [
      'one signal for the usual quorum',
      { 'detection:': 'detection:\n  signals: [operator]' },
      'detection.signals',
      "a quorum of 2 can't be reached by 1 signal",
      'name more signals',
    ],
    [
      'a signal that counts twice',
      { 'detection:': 'detection:\n  signals: [operator, operator, probe-standby]' },
      'detection.signals',
      'a signal is there twice',
      'once',
    ],
    [
      'an application alarm without a metric',
      { 'detection:': 'detection:\n  signals: [probe-standby, probe-witness, application-alarm]' },
      'detection.signals',
      'application-alarm has no metric',
      'detection.degradation',
    ],
    [
      'a degradation that no alarm can wait for',
      {
        'detection:':
          'detection:\n  degradation: {for: 90s, errors: {namespace: Canary, metricName: Failed, thresholdPercent: 5}}',
      },
      'detection.degradation.for',
      "can't wait for 1m30s",
      'whole minutes',
    ],
    [
      'a degradation without a metric',
      { 'detection:': 'detection:\n  degradation: {for: 2m}' },
      'detection.degradation',
      'no metric is named',
      'errors or latency',
    ],
    [
      'our own probes as an application metric',
      {
        'detection:':
          'detection:\n  degradation: {errors: {namespace: Lifeboat, metricName: Failed, thresholdPercent: 5}}',
      },
      'detection.degradation.errors.namespace',
      'one observer',
      'canary',
    ],
    [
      'two signals of one vantage for a quorum',
      { 'detection:': 'detection:\n  signals: [probe-standby, heartbeat-alarm]' },
      'detection.signals',
      "a quorum of 2 can't be reached from 1 vantage",
      'looks from elsewhere',
    ],
    [
      'a slow answer that the timeout cuts off',
      { '  probe:': '  probe:\n    slowAfter: 5s' },
      'detection.probe.slowAfter',
      "an answer after 5s can't be told from none",
      'shorter than the timeout',
    ],
    [
      'AWS Health where none of its events can be forwarded',
      { 'standby: eu-west-1': 'standby: us-gov-west-1', 'detection:': 'detection:\n  awsHealth: true' },
      'detection.awsHealth',
      'EventBridge forwards no events to us-gov-west-1',
      'awsHealth: false',
    ],
    [
      'checkers without a zone for their verdicts',
      {
        'detection:': 'detection:\n  signals: [operator, probe-standby, route53-checkers]',
        'zone: {name: shop.example, hostedZoneId: Z0123456789}': 'zone: {hostedZoneId: Z0123456789}',
      },
      'detection.signals',
      'the plan names none',
      'detection.route53.zone',
    ],
    [
      'a probe that outlives its interval',
      { '  probe:': '  probe:\n    timeout: 10s' },
      'detection.probe.timeout',
      'a probe may take 10s and the next one starts after 10s',
      'shorter',
    ],
    [
      'an interval shorter than the usual timeout',
      { '  probe:': '  probe:\n    interval: 5s' },
      'detection.probe.interval',
      'starts after 5s',
      'shorter',
    ],
    [
      'pods of a pilot light before the failover',
      { 'pattern: pilot-light': 'pattern: pilot-light\n    prewarm: pods' },
      'applications[1].prewarm',
      'orders has no pods to start early: of a pilot-light nothing is in the standby region',
      'prewarm: nodes',
    ],
    [
      'pods of what comes from a backup, even without a name',
      {
        '  - name: orders\n    owner': '  - owner',
        'pattern: pilot-light': 'pattern: backup-restore\n    prewarm: pods',
      },
      'applications[1].prewarm',
      'the application has no pods to start early',
      'warm-standby',
    ],
    [
      'an interval of nothing',
      { '  probe:': '  probe:\n    interval: 0s' },
      'detection.probe.interval',
      'without a pause',
      '10s',
    ],
  ] as const)('%s', (_, replacements, path, message, remedy) => {
    const mistakes = mistakesIn(replacements);
    const mistake = mistakes.find((candidate) => candidate.message.includes(message));
    expect(mistakes.map((each) => each.message)).toContainEqual(expect.stringContaining(message));
    expect(mistake?.path).toContain(path);
    expect(mistake?.remedy).toContain(remedy);
    expect(mistake?.line).toBeGreaterThan(0);
  });
});

describe('rules across a plan accept', () => {
  test.each([
    [
      'regions without strong consistency under a regional authority',
      { [regions]: `${regions.replace('eu-west-3', 'eu-north-1')}\nauthority: {kind: regional}` },
    ],
    [
      'three American regions',
      {
        [regions]: '{active: us-east-1, standby: us-east-2, witness: us-west-2}',
        'eu-central-1: {clusterName': 'us-east-1: {clusterName',
        'eu-west-1: {clusterName': 'us-east-2: {clusterName',
        '{eu-central-1: lb.eu-central-1.shop.example, eu-west-1: lb':
          '{us-east-1: lb.eu-central-1.shop.example, us-east-2: lb',
        'eu-central-1: [https': 'us-east-1: [https',
        'eu-west-1: [https': 'us-east-2: [https',
      },
    ],
    [
      'two applications of one namespace with different selectors',
      {
        'namespaces: [orders]': 'namespaces: [web]\n    selector: {app: orders}',
        'namespaces: [web]': 'namespaces: [web]\n    selector: {app: web}',
      },
    ],
    ['pods of a warm standby', { 'pattern: warm-standby': 'pattern: warm-standby\n    prewarm: pods' }],
    ['nodes of a pilot light', { 'pattern: pilot-light': 'pattern: pilot-light\n    prewarm: nodes' }],
    ['a name at the top of its zone', { 'name: www.shop.example': 'name: shop.example' }],
  ] as const)('%s', (_, replacements) => {
    expect(mistakesIn(replacements as Readonly<Record<string, string>>)).toEqual([]);
  });

  test('nothing that leaves open which of two clusters it runs on', () => {
    const second =
      '  - {kind: eks, name: second, regions: {eu-central-1: {clusterName: c}, eu-west-1: {clusterName: d}}}\nplatform:';
    const messages = mistakesIn({ 'platform:': second }).map(({ path, remedy }) => `${path} ${remedy}`);
    expect(messages).toEqual([
      'platform.components[0] add cluster: one of main, second',
      'applications[0] add cluster: one of main, second',
      'applications[1] add cluster: one of main, second',
    ]);
  });
});
