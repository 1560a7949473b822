import type { ClusterView } from '../../../../lib/rehearsal/estate/serving-model.ts';
import type { KubernetesObject } from '../../../../lib/rehearsal/kubernetes/objects.ts';

/** A cluster whose pods are as ready as a test says. */
export class FakeClusterView implements ClusterView {
  readonly endpoints = new Map<string, number>();
  readonly list: KubernetesObject[] = [];
  dark = false;

  up() {
    return !this.dark;
  }

  readyEndpoints(namespace: string, service: string) {
    return this.dark ? 0 : (this.endpoints.get(`${namespace}/${service}`) ?? 0);
  }

  objects(kind: string, namespace?: string) {
    return this.list.filter(
      (object) => object.kind === kind && (namespace ?? object.metadata.namespace) === object.metadata.namespace,
    );
  }

  service(namespace: string, name: string, endpoints: number) {
    this.list.push({ apiVersion: 'v1', kind: 'Service', metadata: { namespace, name } });
    this.endpoints.set(`${namespace}/${name}`, endpoints);
  }

  /** Replaces what is there under the name; undefined removes it. */
  cronJob(namespace: string, name: string, suspend: boolean | undefined) {
    const index = this.list.findIndex((one) => one.kind === 'CronJob' && one.metadata.name === name);
    if (index >= 0) this.list.splice(index, 1);
    if (suspend === undefined) return;
    const spec = { schedule: '0 2 * * *', suspend };
    this.list.push({ apiVersion: 'batch/v1', kind: 'CronJob', metadata: { namespace, name }, spec });
  }

  /** Replaces what is there under the name. */
  workload(kind: string, namespace: string, name: string, readyReplicas: number) {
    const status = kind === 'DaemonSet' ? { numberReady: readyReplicas } : { readyReplicas };
    const index = this.list.findIndex((one) => one.kind === kind && one.metadata.name === name);
    const object = { apiVersion: 'apps/v1', kind, metadata: { namespace, name }, spec: { replicas: 2 }, status };
    if (index < 0) this.list.push(object);
    else this.list[index] = object;
  }
}
