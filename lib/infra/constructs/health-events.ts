import type { EventPattern } from 'aws-cdk-lib/aws-events';

/**
 * What AWS Health says of trouble with its own services in a region. All services: AWS publishes no list of their codes, and
 * a region that is gone may be announced under `MULTIPLE_SERVICES`. Scheduled changes and issues to the account say
 * nothing of a region. Source: AWS Health user guide, "Reference: AWS Health events Amazon EventBridge schema".
 */
export function healthEventsAbout(region: string): EventPattern {
  return {
    source: ['aws.health'],
    detailType: ['AWS Health Event'],
    detail: { eventTypeCategory: ['issue'], statusCode: ['open', 'closed'], eventRegion: [region] },
  };
}
