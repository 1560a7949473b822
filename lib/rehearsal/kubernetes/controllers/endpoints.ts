import { type ControlPlane, WorkQueue } from '../control-plane.ts';
import type { Pod, Service, ServicePort } from '../objects.ts';
import { namespaceOf, ownerReference, uidOf } from '../objects.ts';
import { isFinished, isReady, isTerminating } from '../pods.ts';
import { matchesLabels } from '../selectors.ts';

/** Writes Endpoints and EndpointSlices of Services and knows how many pods traffic can reach through each. */
export class EndpointsController {
  readonly #plane: ControlPlane;
  readonly #ready = new Map<string, number>();
  readonly #queue: WorkQueue;

  constructor(plane: ControlPlane) {
    this.#plane = plane;
    this.#queue = new WorkQueue(plane, 'endpoints', (namespace, name) => this.#reconcile(namespace, name));
    plane.store.onChange(['Service'], ({ object, event }) => {
      if (event === 'deleted') this.#delete(namespaceOf(object), object.metadata.name);
      else this.#queue.addObject(object);
    });
    plane.store.onChange(['Endpoints'], ({ object }) => {
      const service = plane.store.get('Service', namespaceOf(object), object.metadata.name);
      if (service !== undefined && service.spec?.selector === undefined) this.#queue.addObject(service);
    });
    plane.store.onChange(['Pod'], ({ object, previous, event }) => {
      const namespace = namespaceOf(object);
      const name = object.metadata.name;
      const pod = plane.store.get('Pod', namespace, name);
      if (event === 'modified' && pod !== undefined && !reachabilityChanged(pod, previous?.metadata, previous?.status))
        return;
      for (const service of plane.store.list('Service', namespace))
        if (selects(service, object.metadata.labels) || selects(service, previous?.metadata.labels))
          this.#queue.add(namespace, service.metadata.name, plane.latency('endpointsMs'));
    });
  }

  /** Pods that traffic to the service reaches now. */
  count(namespace: string, service: string): number {
    return this.#ready.get(`${namespace}/${service}`) ?? 0;
  }

  #delete(namespace: string, name: string): void {
    this.#ready.delete(`${namespace}/${name}`);
    const endpoints = this.#plane.store.get('Endpoints', namespace, name);
    if (endpoints !== undefined) this.#plane.remove('Endpoints', endpoints);
  }

  #reconcile(namespace: string, name: string): void {
    const { store } = this.#plane;
    const service = store.get('Service', namespace, name);
    if (service === undefined) return;
    const { selector } = service.spec ?? {};
    if (selector === undefined || selector === null) {
      const subsets = store.get('Endpoints', namespace, name)?.subsets ?? [];
      const addresses = subsets.flatMap((subset) => subset.addresses ?? []);
      this.#ready.set(`${namespace}/${name}`, addresses.length);
      return;
    }
    const pods = store
      .list('Pod', namespace)
      .filter(
        (pod) => pod.status?.podIP !== undefined && !isFinished(pod) && matchesLabels(pod.metadata.labels, selector),
      );
    const all = service.spec?.publishNotReadyAddresses === true;
    const ready = pods.filter((pod) => !isTerminating(pod) && (all || isReady(pod)));
    this.#ready.set(`${namespace}/${name}`, ready.length);
    this.#writeSlice(service, pods, ready);
    this.#writeEndpoints(service, ready);
  }

  #writeSlice(service: Service, pods: readonly Pod[], ready: readonly Pod[]): void {
    const { namespace = '', name } = service.metadata;
    const ports = (service.spec?.ports ?? []).map((port) => endpointPort(port, pods[0]));
    const endpoints = pods.map((pod) => ({
      addresses: [pod.status?.podIP ?? ''],
      conditions: {
        ready: ready.includes(pod),
        serving: isReady(pod),
        terminating: isTerminating(pod),
      },
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
    }));
    const slice = this.#plane.store.dependentsOfKind(uidOf(service), 'EndpointSlice')[0];
    if (slice === undefined) {
      this.#plane.create('EndpointSlice', {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: `${name}-${this.#plane.random.hex(5)}`,
          namespace,
          labels: {
            'kubernetes.io/service-name': name,
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          ownerReferences: [ownerReference(service)],
        },
        addressType: 'IPv4',
        endpoints,
        ports,
      });
    } else if (JSON.stringify([slice.endpoints, slice.ports]) !== JSON.stringify([endpoints, ports]))
      this.#plane.update('EndpointSlice', { ...slice, endpoints, ports });
  }

  #writeEndpoints(service: Service, ready: readonly Pod[]): void {
    const { namespace = '', name } = service.metadata;
    const ports = (service.spec?.ports ?? []).map((port) => endpointPort(port, ready[0]));
    const addresses = ready.map((pod) => ({
      ip: pod.status?.podIP ?? '',
      nodeName: pod.spec.nodeName,
      targetRef: { kind: 'Pod', name: pod.metadata.name, namespace, uid: pod.metadata.uid },
    }));
    const subsets = addresses.length === 0 ? [] : [{ addresses, ports }];
    const endpoints = this.#plane.store.get('Endpoints', namespace, name);
    if (endpoints === undefined) {
      this.#plane.create('Endpoints', { apiVersion: 'v1', kind: 'Endpoints', metadata: { name, namespace }, subsets });
    } else if (JSON.stringify(endpoints.subsets) !== JSON.stringify(subsets))
      this.#plane.update('Endpoints', { ...endpoints, subsets });
  }
}

function selects(service: Service, labels: Readonly<Record<string, string>> | undefined): boolean {
  const selector = service.spec?.selector;
  return selector !== undefined && selector !== null && matchesLabels(labels, selector);
}

function reachabilityChanged(pod: Pod, metadata: Pod['metadata'] | undefined, status: unknown): boolean {
  if (status === pod.status && metadata?.labels === pod.metadata.labels)
    return metadata?.deletionTimestamp !== pod.metadata.deletionTimestamp;
  return true;
}

/** A named target port is looked up in the pod, as the endpoints controller does. */
function endpointPort(port: ServicePort, pod: Pod | undefined): { name?: string; port: number; protocol: string } {
  const target = port.targetPort ?? port.port;
  const named = pod?.spec.containers.flatMap((container) => container.ports ?? []).find((each) => each.name === target);
  const number = typeof target === 'number' ? target : (named?.containerPort ?? port.port);
  return { ...(port.name === undefined ? {} : { name: port.name }), port: number, protocol: port.protocol ?? 'TCP' };
}
