import { stringify } from 'yaml';
import { parseDuration } from '../duration.ts';
import type { Draft } from './draft.ts';
import type { DraftApplication, DraftDnsName, DraftStore } from './draft-application.ts';
import { targetsByTier } from './tiers.ts';

export interface DraftChoices {
  readonly regions: { readonly active: string; readonly standby: string; readonly witness: string };
  readonly authority: 'strong' | 'regional';
  /** `external`: claims are taken to be replaced by stores that replicate outside the cluster. */
  readonly data: 'in-cluster' | 'external';
  /** Where the YAML language server finds the schema, relative to the plan. */
  readonly schema: string;
  /** The folder of manifests, as the user called it. */
  readonly source: string;
}

/** How far a replicated copy is taken to lag until somebody measures it. */
const assumedLag = '30s';
const assumedTtlSeconds = parseDuration('60s');

/** The draft as the text of a lifeboat.yaml, with the reasons in comments and TODO where the reader must decide. */
export function draftText(draft: Draft, choices: DraftChoices): string {
  return [
    ...heading(draft, choices),
    ...clusterLines(draft, choices),
    ...platformLines(draft),
    'applications:',
    ...draft.applications.flatMap((application) => [...applicationLines(application, draft, choices), '']),
    ...endLines(draft, choices),
    '',
  ].join('\n');
}

function heading(draft: Draft, { regions, schema, source }: DraftChoices): string[] {
  return [
    `# yaml-language-server: $schema=${schema}`,
    '#',
    ...comment(`Drafted by lifeboat init from the manifests in ${source}. It is a valid plan as it is.`, ''),
    '# What the manifests could not say is marked TODO. Check it with lifeboat validate, try it with lifeboat rehearse.',
    'version: 1',
    `estate: ${scalar(draft.estate)}`,
    '',
    '# TODO: the regions you run in; the witness only decides between the other two.',
    'regions:',
    `  active: ${regions.active}`,
    `  standby: ${regions.standby}`,
    `  witness: ${regions.witness}`,
    '',
  ];
}

function clusterLines({ estate, cluster, nodeGroup }: Draft, { regions }: DraftChoices): string[] {
  const { instanceType, activeMinSize, standbyMinSize, maxSize } = nodeGroup;
  const inRegion = (region: string, minSize: number): string[] => [
    `      ${region}:`,
    `        clusterName: ${estate}-${region}`,
    '        autoscaler: none',
    '        nodeGroups:',
    `          - {name: general, instanceType: ${instanceType}, minSize: ${minSize}, maxSize: ${maxSize}}`,
  ];
  return [
    '# TODO: names of your clusters, node groups and autoscaler. The sizes hold what the manifests request.',
    'clusters:',
    '  - kind: eks',
    `    name: ${cluster}`,
    '    regions:',
    ...inRegion(regions.active, activeMinSize),
    ...inRegion(regions.standby, standbyMinSize),
    '',
  ];
}

function platformLines({ platform }: Draft): string[] {
  const expected = ['cni', 'csi', 'cluster-dns', 'ingress', 'cert-manager', 'secrets', 'gitops'] as const;
  const absent = expected.filter((role) => platform.every((component) => component.role !== role));
  return [
    'platform:',
    '  rpo: 5m',
    '  rto: 15m',
    ...(absent.length > 0
      ? comment(`TODO: not among the manifests: ${absent.join(', ')}. Add what your clusters have.`, '  ')
      : []),
    '  components:',
    ...platform.map(({ role, name, cluster, namespaces }) => {
      const where = namespaces.length > 0 ? `, namespaces: [${namespaces.map(scalar).join(', ')}]` : '';
      return `    - {role: ${role}, name: ${scalar(name)}, cluster: ${cluster}${where}}`;
    }),
    '',
  ];
}

function applicationLines(application: DraftApplication, draft: Draft, choices: DraftChoices): string[] {
  const { name, namespace, selector, owner, tier, pattern } = application;
  const { rpo, rto } = targetsByTier[tier];
  const labels = Object.entries(selector).map(([key, value]) => `${scalar(key)}: ${scalar(value)}`);
  return [
    ...comment(`${capital(application.groupReason)}.`, '  '),
    ...application.notes.flatMap((note) => comment(`${note}.`, '  ')),
    `  - name: ${scalar(name)}`,
    ...ownerLines(owner),
    `    cluster: ${draft.cluster}`,
    `    namespaces: [${scalar(namespace)}]`,
    ...(labels.length > 0 ? [`    selector: {${labels.join(', ')}}`] : []),
    ...comment(`Tier ${tier}: ${application.tierReason}. TODO: what the business says.`, '    '),
    `    tier: ${tier}`,
    `    rpo: ${rpo}`,
    `    rto: ${rto}`,
    ...comment(`${capital(pattern)}: ${application.patternReason}.`, '    '),
    `    pattern: ${pattern}`,
    ...dependencyLines(application),
    ...storeLines(application.stores, choices.data),
    ...dnsLines(application.dns, draft, choices),
    ...checkLines(application),
  ];
}

function ownerLines(owner: string | undefined): string[] {
  const who = owner === undefined ? 'who answers for it and who is called at night' : 'who is called at night';
  return [`    # TODO: ${who}.`, `    owner: {name: ${scalar(owner ?? 'TODO')}, contact: TODO}`];
}

function dependencyLines({ dependsOn }: DraftApplication): string[] {
  if (dependsOn.length === 0) return [];
  return ['    dependsOn:', ...dependsOn.map(({ name, because }) => `      - ${scalar(name)} # ${oneLine(because)}`)];
}

function storeLines(stores: readonly DraftStore[], data: DraftChoices['data']): string[] {
  if (stores.length === 0) return [];
  const lines = stores.flatMap(({ name, workload, engine, replicatedBy }) => {
    if (data === 'in-cluster') {
      const text = `TODO: ${engine} on volume claims. Nothing replicates it, so it dies with the region and the application can't be recovered. Move it to a store that replicates (${replicatedBy}) and declare it kind: external with its replication.`;
      return [
        ...comment(text, '      '),
        `      - name: ${scalar(name)}`,
        '        kind: in-cluster',
        `        workload: ${workload}`,
      ];
    }
    const text = `TODO: ${engine}, taken to be replaced by a store outside the cluster. Name what replicates it, and the lag you measure.`;
    return [
      ...comment(text, '      '),
      `      - name: ${scalar(name)}`,
      '        kind: external',
      `        workload: ${workload}`,
      `        replication: {by: ${replicatedBy}, lag: ${assumedLag}}`,
    ];
  });
  return ['    dataStores:', ...lines];
}

/** One id per zone: two zones under one id would be one zone. */
function zoneId(zone: string, { applications }: Draft): string {
  const zones = [...new Set(applications.flatMap(({ dns }) => dns.map((one) => one.zone)))];
  const number = zones.indexOf(zone);
  return number <= 0 ? 'Z0000000000TODO' : `Z0000000000TODO${number + 1}`;
}

function dnsLines(names: readonly DraftDnsName[], draft: Draft, { regions }: DraftChoices): string[] {
  if (names.length === 0) return [];
  const lines = names.flatMap(({ name, zone, invented }) => [
    invented
      ? '      # TODO: no manifest says under which name clients enter: this one is made up, and so are zone and targets.'
      : '      # TODO: the id of the zone, and the load balancers of both regions.',
    `      - name: ${scalar(name)}`,
    '        traffic: health-state',
    `        zone: {name: ${scalar(zone)}, hostedZoneId: ${zoneId(zone, draft)}}`,
    `        ttl: ${assumedTtlSeconds}s`,
    '        targets:',
    `          ${regions.active}: ${ingressHost(regions.active, draft.estate)}`,
    `          ${regions.standby}: ${ingressHost(regions.standby, draft.estate)}`,
  ]);
  return ['    dns:', ...lines];
}

function checkLines({ checks }: DraftApplication): string[] {
  if (checks.length === 0) return [];
  return [
    '    checks:',
    ...checks.map(
      ({ namespace, service, port, path }) =>
        `      - {kind: http, namespace: ${scalar(namespace)}, service: ${scalar(service)}, port: ${port}, path: ${scalar(path)}}`,
    ),
  ];
}

function endLines({ estate }: Draft, { regions, authority }: DraftChoices): string[] {
  const probe = (region: string) => `      ${region}: [https://${ingressHost(region, estate)}/healthz]`;
  return [
    'authority:',
    `  kind: ${authority}`,
    '  lease: 60s',
    '',
    'detection:',
    '  signals: [probe-standby, probe-witness, heartbeat-alarm, operator]',
    '  quorum: 2',
    '  confirmation: 60s',
    '  block: 1h',
    '  missingAfter: 60s',
    '  probe:',
    '    interval: 10s',
    '    timeout: 5s',
    '    # TODO: what answers from outside while a region lives.',
    '    urls:',
    probe(regions.active),
    probe(regions.standby),
    '  captureInterval: 5m',
    '',
    '# TODO: approval, if people must agree to a failover; manual, if a person starts it.',
    'approval:',
    '  mode: automatic',
    '',
    '# TODO: who hears of incidents.',
    'notification:',
    '  emails: []',
  ];
}

function ingressHost(region: string, estate: string): string {
  return `ingress.${region}.${estate}.example`;
}

const commentWidth = 116;

/** `text` as comment lines of at most 120 columns. */
function comment(text: string, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && indent.length + line.length + word.length + 3 > commentWidth) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => `${indent}# ${each}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** A scalar as it may stand inside a flow collection: quoted where YAML would read it as something else. */
function scalar(value: string): string {
  return stringify([value], { collectionStyle: 'flow', lineWidth: 0 }).trim().slice(1, -1).trim();
}
