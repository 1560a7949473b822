import { InputError } from '../../../plan/input-error.ts';

/** What an EC2 instance offers to pods as an EKS node. */
export interface InstanceCapacity {
  readonly vcpus: number;
  readonly memoryGib: number;
  readonly architecture: 'amd64' | 'arm64';
  readonly allocatableCpuMillis: number;
  readonly allocatableMemoryBytes: number;
  readonly maxPods: number;
}

/** Network interfaces and addresses per interface of a size (EC2 documentation, "Maximum IP addresses per network interface"). */
const sizes: Readonly<
  Record<string, { readonly vcpus: number; readonly interfaces: number; readonly addresses: number }>
> = {
  large: { vcpus: 2, interfaces: 3, addresses: 10 },
  xlarge: { vcpus: 4, interfaces: 4, addresses: 15 },
  '2xlarge': { vcpus: 8, interfaces: 4, addresses: 15 },
  '4xlarge': { vcpus: 16, interfaces: 8, addresses: 30 },
  '8xlarge': { vcpus: 32, interfaces: 8, addresses: 30 },
  '12xlarge': { vcpus: 48, interfaces: 8, addresses: 30 },
  '16xlarge': { vcpus: 64, interfaces: 15, addresses: 50 },
  '24xlarge': { vcpus: 96, interfaces: 15, addresses: 50 },
  '32xlarge': { vcpus: 128, interfaces: 15, addresses: 50 },
};

/** GiB of memory per vCPU of a family. */
const families: Readonly<Record<string, number>> = {
  m5: 4,
  m5a: 4,
  m6i: 4,
  m6a: 4,
  m6g: 4,
  m7i: 4,
  m7a: 4,
  m7g: 4,
  c6i: 2,
  c6a: 2,
  c6g: 2,
  c7i: 2,
  c7g: 2,
  r5: 8,
  r6i: 8,
  r6a: 8,
  r6g: 8,
  r7i: 8,
  r7g: 8,
};

/** Sizes that don't follow their family's rule. */
const irregular: Readonly<
  Record<string, readonly [vcpus: number, memoryGib: number, interfaces: number, addresses: number]>
> = {
  't3.medium': [2, 4, 3, 6],
  't3.large': [2, 8, 3, 12],
  't3.xlarge': [4, 16, 4, 15],
  't3.2xlarge': [8, 32, 4, 15],
  'c5.large': [2, 4, 3, 10],
  'c5.xlarge': [4, 8, 4, 15],
  'c5.2xlarge': [8, 16, 4, 15],
  'c5.4xlarge': [16, 32, 8, 30],
  'c5.9xlarge': [36, 72, 8, 30],
  'c5.18xlarge': [72, 144, 15, 50],
};

const mib = 2 ** 20;

/** Throws InputError for a type that the table doesn't have. */
export function instanceCapacity(instanceType: string): InstanceCapacity {
  const [family = '', size = ''] = instanceType.split('.');
  const ratio = families[family];
  const regular = sizes[size];
  const odd = irregular[instanceType];
  if (odd !== undefined) return capacity(family, ...odd);
  if (ratio === undefined || regular === undefined)
    throw new InputError(
      `instance type ${instanceType} is not simulated; known are ${Object.keys(families).join(', ')} in sizes ${Object.keys(sizes).join(', ')}, and ${Object.keys(irregular).join(', ')}`,
    );
  return capacity(family, regular.vcpus, regular.vcpus * ratio, regular.interfaces, regular.addresses);
}

/**
 * Pods: interfaces × (addresses − 1) + 2, at most 110, or 250 from 30 vCPUs on (amazon-eks-ami, max-pods; EKS user guide,
 * "Choosing an instance type"). Reservations: amazon-eks-ami's kubelet defaults (CPU 6 % of the first core, 1 % of the
 * second, 0.5 % of the next two, 0.25 % of the rest; memory 255 MiB + 11 MiB per pod, 100 MiB eviction threshold), and
 * 7.5 % of memory that the hypervisor keeps (Karpenter, VM_MEMORY_OVERHEAD_PERCENT).
 */
function capacity(
  family: string,
  vcpus: number,
  memoryGib: number,
  interfaces: number,
  addresses: number,
): InstanceCapacity {
  const maxPods = Math.min(interfaces * (addresses - 1) + 2, vcpus < 30 ? 110 : 250);
  const reservedCpu = 60 + 10 + Math.min(Math.max(vcpus - 2, 0), 2) * 5 + Math.max(vcpus - 4, 0) * 2.5;
  const usable = memoryGib * 1024 * mib * 0.925;
  return {
    vcpus,
    memoryGib,
    architecture: /^[a-z]\d+g/.test(family) ? 'arm64' : 'amd64',
    allocatableCpuMillis: Math.floor(vcpus * 1000 - reservedCpu),
    allocatableMemoryBytes: Math.floor(usable - (255 + 11 * maxPods + 100) * mib),
    maxPods,
  };
}
