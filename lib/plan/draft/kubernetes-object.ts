/** One manifest, whatever its kind. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [key: string]: unknown;
  };
  readonly [key: string]: unknown;
}

/** The namespace an object without one lands in, as with kubectl. */
export function namespaceOf(object: KubernetesObject): string {
  return object.metadata.namespace ?? 'default';
}
