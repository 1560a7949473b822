import { durationPattern } from './duration.ts';

/** A textual format of the plan: its pattern, what to call it, and what to tell somebody who missed it. */
export interface Format {
  readonly pattern: RegExp;
  readonly noun: string;
  readonly remedy: string;
}

export const formats = {
  duration: {
    pattern: durationPattern,
    noun: 'a duration',
    remedy: 'write a number with its unit, largest unit first: 30s, 15m, 1h30m, 1d',
  },
  estate: {
    pattern: /^[a-z]([a-z0-9-]{0,18}[a-z0-9])?$/,
    noun: 'an estate name',
    remedy: 'use at most 20 lower-case letters, digits and dashes, starting with a letter',
  },
  name: {
    pattern: /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    noun: 'a name',
    remedy: 'use at most 63 lower-case letters, digits and dashes (a DNS label)',
  },
  hostName: {
    pattern: /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)+$/,
    noun: 'a host name',
    remedy: 'write it in lower case with at least one dot and no dot at the end, like payments.bank.example',
  },
  hostedZoneId: {
    pattern: /^Z[A-Z0-9]{1,31}$/,
    noun: 'a hosted zone id',
    remedy: 'copy it from Route 53: a Z followed by upper-case letters and digits',
  },
  /** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBCluster.html (DBClusterIdentifier) */
  rdsIdentifier: {
    pattern: /^(?=.{1,63}$)[a-z][a-z0-9]*(-[a-z0-9]+)*$/,
    noun: 'an RDS identifier',
    remedy: 'use at most 63 lower-case letters, digits and single dashes, starting with a letter',
  },
  routingControlArn: {
    pattern: /^arn:aws[a-z-]*:route53-recovery-control::\d{12}:controlpanel\/[0-9a-f]+\/routingcontrol\/[0-9a-f]+$/,
    noun: 'the ARN of a routing control',
    remedy:
      'copy it from ARC: arn:aws:route53-recovery-control::111122223333:controlpanel/0123ab/routingcontrol/45cd67',
  },
  url: {
    pattern: /^https?:\/\/[^\s/?#]+([/?#]\S*)?$/,
    noun: 'a URL',
    remedy: 'write it like https://ingress.eu-central-1.bank.example/healthz',
  },
  path: {
    pattern: /^\/\S*$/,
    noun: 'a path',
    remedy: 'start it with a slash, like /healthz',
  },
  email: {
    pattern: /^[^\s@]+@[^\s@]+\.[^\s@]+$/,
    noun: 'an e-mail address',
    remedy: 'write it like sre@bank.example',
  },
  workload: {
    pattern: /^[A-Za-z]+\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/,
    noun: 'a workload',
    remedy: 'write it as kind/name, like StatefulSet/postgres or PersistentVolumeClaim/data',
  },
} as const satisfies Record<string, Format>;
