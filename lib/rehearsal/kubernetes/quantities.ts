import type { PodSpec } from './objects.ts';

const factors: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Value of a Kubernetes quantity (`250m`, `2Gi`, `1e3`) in its base unit; undefined if it is none. */
export function quantity(value: string | number | undefined): number | undefined {
  if (typeof value === 'number') return value;
  const match = /^([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)([numkMGTPE]i?|Ki)?$/.exec(value ?? '');
  const factor = factors[match?.[2] ?? ''];
  if (match === null || factor === undefined) return undefined;
  const number = Number(match[1]);
  return Number.isNaN(number) ? undefined : number * factor;
}

export interface Requests {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
}

interface ResourceBearer {
  readonly resources?: {
    readonly requests?: Readonly<Record<string, string | number>>;
    readonly limits?: Readonly<Record<string, string | number>>;
  };
}

/**
 * What the scheduler counts for a pod: containers and sidecars together, or the largest init container if that is more,
 * plus overhead (Kubernetes documentation, "Resource sharing within containers"). A limit without a request is the request.
 */
export function podRequests(spec: PodSpec): Requests {
  const sum = (resource: string): number => {
    const of = (container: ResourceBearer): number =>
      quantity(container.resources?.requests?.[resource] ?? container.resources?.limits?.[resource]) ?? 0;
    let running = 0;
    let largestInit = 0;
    for (const container of spec.initContainers ?? []) {
      if (container.restartPolicy === 'Always') running += of(container);
      else largestInit = Math.max(largestInit, running + of(container));
    }
    for (const container of spec.containers) running += of(container);
    return Math.max(running, largestInit) + (quantity(spec.overhead?.[resource]) ?? 0);
  };
  return { cpuMillis: Math.round(sum('cpu') * 1000), memoryBytes: sum('memory') };
}

/** A count or a percentage of `total`, as in maxSurge and minAvailable. */
export function countOrShare(value: number | string | undefined, total: number, round: 'up' | 'down'): number {
  if (value === undefined) return 0;
  if (typeof value === 'number') return value;
  const share = (Number.parseFloat(value) / 100) * total;
  return round === 'up' ? Math.ceil(share) : Math.floor(share);
}
