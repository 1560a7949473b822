import { z } from 'zod';
import type { ApiUser, PolicyRule } from '../../kubernetes/cluster.ts';
import { AwsServiceError } from '../service.ts';
import { accessPolicyRules } from './access-policies.ts';

const accessScope = z.discriminatedUnion('Type', [
  z.strictObject({ Type: z.literal('cluster') }),
  z.strictObject({ Type: z.literal('namespace'), Namespaces: z.array(z.string()).min(1) }),
]);

/** Properties of AWS::EKS::AccessEntry. */
export const accessEntrySchema = z.strictObject({
  ClusterName: z.string(),
  PrincipalArn: z.string(),
  KubernetesGroups: z.array(z.string()).default([]),
  Type: z.literal('STANDARD').default('STANDARD'),
  Username: z.string().optional(),
  AccessPolicies: z.array(z.strictObject({ PolicyArn: z.string(), AccessScope: accessScope })).default([]),
  Tags: z.array(z.strictObject({ Key: z.string(), Value: z.string() })).optional(),
});

export type AccessEntryProperties = z.output<typeof accessEntrySchema>;

interface AccessEntry {
  readonly principalArn: string;
  readonly username: string | undefined;
  readonly groups: readonly string[];
  readonly rules: readonly PolicyRule[] | 'all';
}

/** Who may enter the clusters, and as whom. */
export class AccessEntries {
  /** By `region/cluster/principal`. */
  readonly #entries = new Map<string, AccessEntry>();

  add(region: string, properties: AccessEntryProperties): void {
    const { ClusterName, PrincipalArn, KubernetesGroups, Username, AccessPolicies } = properties;
    const key = `${region}/${ClusterName}/${PrincipalArn}`;
    if (this.#entries.has(key))
      throw new AwsServiceError(
        'ResourceInUseException',
        'The specified access entry resource is already in use on this cluster.',
        409,
      );
    for (const name of [...KubernetesGroups, Username ?? ''])
      if (/^(system|eks|aws|amazon|iam):/.test(name))
        throw new AwsServiceError(
          'InvalidParameterException',
          `The kubernetes group or user name ${name} is invalid, it cannot start with a reserved prefix`,
        );
    const rules = AccessPolicies.flatMap(({ PolicyArn, AccessScope }) =>
      accessPolicyRules(PolicyArn, AccessScope.Type === 'namespace' ? AccessScope.Namespaces : undefined),
    );
    const everything = rules.some(
      (rule) => rule.nonResourceURLs?.includes('*') === true && rule.namespaces === undefined,
    );
    this.#entries.set(key, {
      principalArn: PrincipalArn,
      username: Username,
      groups: KubernetesGroups,
      rules: everything ? 'all' : rules,
    });
  }

  /** The Kubernetes user of an IAM role (by its ARN or that of one of its sessions); undefined without an access entry. */
  user(region: string, clusterName: string, principalArn: string): ApiUser | undefined {
    const prefix = `${region}/${clusterName}/`;
    const session = /^arn:aws:sts::(\d+):assumed-role\/([^/]+)\/(.+)$/.exec(principalArn);
    for (const [key, entry] of this.#entries) {
      if (!key.startsWith(prefix) || !isSame(entry.principalArn, principalArn, session)) continue;
      const [, account = '', role = '', sessionName = ''] = session ?? [];
      const given = entry.username?.replaceAll('{{SessionName}}', sessionName);
      const ofRole = session === null ? principalArn : `arn:aws:sts::${account}:assumed-role/${role}/${sessionName}`;
      return { name: given ?? ofRole, groups: [...entry.groups, 'system:authenticated'], rules: entry.rules };
    }
    return undefined;
  }
}

/** A session's ARN has the role's name without its path. */
function isSame(entryArn: string, principalArn: string, session: RegExpExecArray | null): boolean {
  if (session === null) return entryArn === principalArn;
  const [, account, role] = session;
  return entryArn.startsWith(`arn:aws:iam::${account}:role/`) && entryArn.split('/').at(-1) === role;
}
