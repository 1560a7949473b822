import { healthBackupRegion } from '../../../plan/aws-health.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { ServiceEvent } from '../eventbridge/eventbridge-service.ts';

/** What AWS Health has to say of a service in a region. */
export interface HealthWord {
  readonly region: string;
  /** As AWS writes it: `EC2`, `MULTIPLE_SERVICES`. */
  readonly service: string;
  readonly status: 'open' | 'closed';
}

interface Issue {
  readonly region: string;
  readonly eventArn: string;
  readonly startedMs: number;
  readonly saidMs: number;
  readonly endedMs?: number;
}

/**
 * AWS Health: what AWS itself says of its regions, when the scenario lets it. It publishes each word in the region that it
 * is about and in its backup region, with the same eventArn and communicationId, as an event of each region's default bus.
 * AWS Health user guide, "Creating EventBridge rules for AWS Region coverage", "Monitoring account-specific and public
 * events" and "Reference: AWS Health events Amazon EventBridge schema".
 */
export class AwsHealth {
  readonly #kernel: Kernel;
  readonly #emit: (region: string, event: ServiceEvent) => void;
  /** By region and service: one issue each. */
  readonly #issues = new Map<string, Issue>();

  constructor(options: { readonly kernel: Kernel; readonly emit: (region: string, event: ServiceEvent) => void }) {
    this.#kernel = options.kernel;
    this.#emit = options.emit;
  }

  /** All that was said so far, one of each region's service. */
  get issues(): readonly Issue[] {
    return [...this.#issues.values()];
  }

  say({ region, service, status }: HealthWord): void {
    const { nowMs } = this.#kernel;
    const issue = this.#issueOf(region, service);
    if (status === 'closed') this.#issues.set(`${region}/${service}`, { ...issue, endedMs: nowMs });
    const communicationId = `${this.#kernel.random('aws-health').hex(40)}-1`;
    const backup = healthBackupRegion(region);
    for (const deliveredTo of [region, backup]) {
      this.#emit(deliveredTo, {
        source: 'aws.health',
        detailType: 'AWS Health Event',
        resources: [],
        detail: {
          eventArn: issue.eventArn,
          service,
          eventTypeCode: typeCodeOf(service),
          eventTypeCategory: 'issue',
          eventScopeCode: 'PUBLIC',
          communicationId,
          startTime: rfc1123(issue.startedMs),
          ...(status === 'closed' && { endTime: rfc1123(nowMs) }),
          lastUpdatedTime: rfc1123(nowMs),
          statusCode: status,
          eventRegion: region,
          eventDescription: [{ language: 'en_US', latestDescription: `We are investigating ${service}.` }],
          page: '1',
          totalPages: '1',
          backupEvent: String(deliveredTo === backup),
          affectedAccount: '',
        },
      });
    }
  }

  #issueOf(region: string, service: string): Issue {
    const known = this.#issues.get(`${region}/${service}`);
    if (known !== undefined) return known;
    const code = typeCodeOf(service);
    const id = this.#kernel.random('aws-health').hex(11).toUpperCase();
    const eventArn = `arn:aws:health:${region}::event/${service}/${code}/${code}_${id}`;
    const { nowMs } = this.#kernel;
    const issue = { region, eventArn, startedMs: nowMs, saidMs: nowMs };
    this.#issues.set(`${region}/${service}`, issue);
    return issue;
  }
}

function typeCodeOf(service: string): string {
  return `AWS_${service}_OPERATIONAL_ISSUE`;
}

/** `Wed, 15 Feb 2023 22:07:07 GMT`, as the schema's examples have it. */
function rfc1123(ms: number): string {
  return new Date(ms).toUTCString();
}
