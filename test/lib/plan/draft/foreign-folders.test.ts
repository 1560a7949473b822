import { describe, expect, test } from '@jest/globals';
import { draftOf } from '../../../../lib/plan/draft/draft.ts';
import { draftText } from '../../../../lib/plan/draft/draft-text.ts';
import { nodeGroupFor } from '../../../../lib/plan/draft/node-group.ts';
import { workloadsOf } from '../../../../lib/plan/draft/pods.ts';
import { readWorkloadFolder } from '../../../../lib/plan/draft/workloads.ts';
import { parsePlan } from '../../../../lib/plan/read-plan.ts';
import { folderOf } from './folder.ts';
import { ingress, service, workload } from './manifests.ts';

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n';

describe('a folder that holds more than manifests', () => {
  test.each([
    ['kind.yaml', 'apiVersion: kind.x-k8s.io/v1alpha4\nkind: Cluster\nnodes: [{role: control-plane}]\n'],
    ['cluster.yaml', 'apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: x, region: eu-west-1}\n'],
    ['kubelet.yaml', 'apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n'],
    ['kustomization.yaml', 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [a.yaml]\n'],
    ['values.yaml', 'image: {tag: "1"}\nkind: Deployment\n'],
    ['more-values.yaml', 'metadata: {team: a}\n'],
    ['Chart.yaml', 'apiVersion: v2\nname: x\nversion: 1.0.0\n'],
    ['package.json', '{"name": "x", "kind": "y"}'],
    ['tsconfig.json', '{ // for the compiler\n "compilerOptions": {}, }'],
    ['template.yaml', 'Resources:\n  A: {Type: AWS::S3::Bucket, Properties: {Name: !Ref B}}\n'],
  ])('has %s passed over by name', (name, text) => {
    const { objects, ignored } = readWorkloadFolder(folderOf({ 'one.yaml': configMap, [name]: text }));
    expect(objects).toHaveLength(1);
    expect(ignored).toEqual([name]);
  });

  test('has a manifest that forgot its kind or its name refused all the same', () => {
    const read = (text: string) => () => readWorkloadFolder(folderOf({ 'a.yaml': text }));
    expect(read('apiVersion: apps/v1\nmetadata: {name: x}\n')).toThrow(/needs an apiVersion and a kind/);
    expect(read('apiVersion: cluster.x-k8s.io/v1beta1\nkind: Cluster\n')).toThrow(/without metadata\.name/);
    const broken = () => readWorkloadFolder(folderOf({ 'a.json': '{"apiVersion": "v1", "kind": ["x' }));
    expect(broken).toThrow(/a\.json:\d+: doesn't parse/);
  });

  test('is read with a byte order mark and with the line ends of Windows', () => {
    const windows = `\ufeff${configMap}---\n${configMap.replace('one', 'two')}`.replaceAll('\n', '\r\n');
    const json = `\ufeff${JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'three' } })}`;
    const { objects } = readWorkloadFolder(folderOf({ 'a.yaml': windows, 'b.json': json }));
    expect(objects.map(({ metadata }) => metadata.name)).toEqual(['one', 'two', 'three']);
  });
});

describe('a draft of what others wrote', () => {
  const regions = { active: 'eu-central-1', standby: 'eu-west-1', witness: 'eu-west-3' };
  const choices = { regions, authority: 'strong', data: 'in-cluster', schema: 'x', source: 'k8s' } as const;

  test('gives every zone an id of its own', () => {
    const objects = ['www.shop.example', 'api.shop.example', 'www.bank.example'].flatMap((host, index) => [
      workload(`n${index}`, 'web'),
      service(`n${index}`, 'web'),
      ingress(`n${index}`, 'web', host),
    ]);
    const { applications } = parsePlan(draftText(draftOf(objects, 'k8s'), choices), 'lifeboat.yaml');
    const ids = applications.flatMap(({ dns }) => dns.map(({ zone }) => [zone.name, zone.hostedZoneId]));
    expect(ids).toEqual([
      ['shop.example', 'Z0000000000TODO'],
      ['shop.example', 'Z0000000000TODO'],
      ['bank.example', 'Z0000000000TODO2'],
    ]);
  });

  test('tells the reader of workloads that no failover scales', () => {
    const draft = draftOf([workload('web', 'web', { kind: 'ReplicaSet' }), workload('web', 'api')], 'k8s');
    const notes = draft.applications.flatMap((application) => application.notes).join('\n');
    expect(notes).toContain('no failover scales ReplicaSet/web');
    expect(notes).not.toContain('Deployment/api');
  });

  test('says what a folder without workloads holds instead', () => {
    const rollout = { apiVersion: 'argoproj.io/v1alpha1', kind: 'Rollout', metadata: { name: 'web' } };
    expect(() => draftOf([rollout, service('web', 'web')], 'k8s')).toThrow(
      /no workloads in k8s .*only Rollout, Service/,
    );
  });

  test('has ARM nodes where all pods ask for them', () => {
    const sized = (...selectors: object[]) => {
      const objects = selectors.map((nodeSelector, index) => workload('a', `w${index}`, { podSpec: { nodeSelector } }));
      return nodeGroupFor(workloadsOf(objects), objects).instanceType;
    };
    expect(sized({ 'kubernetes.io/arch': 'arm64' }, { 'beta.kubernetes.io/arch': 'arm64' })).toBe('m6g.xlarge');
    expect(sized({ 'kubernetes.io/arch': 'arm64' }, {})).toBe('m6i.xlarge');
  });
});
