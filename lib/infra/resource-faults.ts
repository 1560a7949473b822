import { strongConsistencySets } from '../plan/aws-regions.ts';

export interface TemplateResource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

type Properties = Readonly<Record<string, unknown>>;

/** Rules of AWS that cfn-lint doesn't know, by resource type. Each gives one sentence per fault. */
const rules: Readonly<Record<string, (properties: Properties) => string[]>> = {
  'AWS::DynamoDB::GlobalTable': globalTableFaults,
  'AWS::Route53::HealthCheck': healthCheckFaults,
  'AWS::Scheduler::Schedule': scheduleFaults,
  'AWS::S3::Bucket': bucketFaults,
};

/** What AWS would refuse of a resource as it stands in a template. */
export function resourceFaults(resource: TemplateResource): string[] {
  return rules[resource.Type]?.(resource.Properties ?? {}) ?? [];
}

/** Source: DynamoDB developer guide, "Multi-Region strong consistency (MRSC)". */
function globalTableFaults(properties: Properties): string[] {
  if (properties.MultiRegionConsistency !== 'STRONG') return [];
  const replicas = regionsOf(properties.Replicas);
  const witnesses = regionsOf(properties.GlobalTableWitnesses);
  const faults: string[] = [];
  if (replicas.length + witnesses.length !== 3 || replicas.length < 2) {
    faults.push('a strongly consistent global table has three replicas, or two and a witness');
  }
  if (new Set([...replicas, ...witnesses]).size < replicas.length + witnesses.length) {
    faults.push('replicas and witness of a strongly consistent global table lie in different regions');
  }
  const everywhere = [...replicas, ...witnesses];
  if (!strongConsistencySets.some((set) => everywhere.every((region) => set.includes(region)))) {
    faults.push(`no set of regions with strong consistency holds ${everywhere.join(', ')}; use authority: regional`);
  }
  if (properties.TimeToLiveSpecification !== undefined) {
    faults.push('a strongly consistent global table takes no TimeToLiveSpecification');
  }
  return faults;
}

function regionsOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map((item: { Region: string }) => item.Region) : [];
}

/** Source: Route 53 API reference, HealthCheckConfig. */
function healthCheckFaults(properties: Properties): string[] {
  const config = (properties.HealthCheckConfig ?? {}) as Properties;
  const faults: string[] = [];
  const interval = config.RequestInterval;
  if (interval !== undefined && interval !== 10 && interval !== 30) {
    faults.push(`a health check asks every 10 or 30 seconds, not ${String(interval)}`);
  }
  const threshold = config.FailureThreshold;
  if (threshold !== undefined && !(Number(threshold) >= 1 && Number(threshold) <= 10)) {
    faults.push(`the failure threshold of a health check is 1 to 10, not ${String(threshold)}`);
  }
  return faults;
}

const ratePattern = /^rate\(([1-9]\d*) (minute|minutes|hour|hours|day|days)\)$/;
const cronPattern = /^cron\(\S+( \S+){5}\)$/;
const atPattern = /^at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\)$/;

/** Source: EventBridge Scheduler user guide, "Schedule types". */
function scheduleFaults(properties: Properties): string[] {
  const expression = String(properties.ScheduleExpression);
  const known = [ratePattern, cronPattern, atPattern].some((pattern) => pattern.test(expression));
  return known ? [] : [`"${expression}" is no schedule expression: use rate(), cron() or at()`];
}

/** Source: S3 user guide, "Object Lock considerations". */
function bucketFaults(properties: Properties): string[] {
  const configuration = properties.ObjectLockConfiguration as
    | { Rule?: { DefaultRetention?: { Days?: number; Years?: number } } }
    | undefined;
  const locked = properties.ObjectLockEnabled === true;
  const faults: string[] = [];
  if (configuration !== undefined && !locked) faults.push('an object lock rule needs ObjectLockEnabled');
  const retention = configuration?.Rule?.DefaultRetention;
  if (retention?.Days !== undefined && retention.Years !== undefined) {
    faults.push('a default retention is in Days or in Years, not both');
  }
  const versioning = properties.VersioningConfiguration as { Status?: string } | undefined;
  if (locked && versioning?.Status === 'Suspended')
    faults.push('object lock needs versioning, which is suspended here');
  return faults;
}
