import { claimsOf } from '../../claims/claim.ts';

export const eventBridgeClaims = claimsOf('eventbridge', ['eventbridge'], {
  'put-events': {
    rule: 'PutEvents takes 10 entries and 256 KB, and answers for each entry.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html',
  },
  patterns: {
    rule: 'Every key of a pattern must match, of a list one alternative; $or, prefix, suffix, anything-but, numeric, exists and the others as documented.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html',
  },
  'targets-per-rule': {
    rule: 'A rule has five targets at most.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
  },
  'input-transformer': {
    rule: 'An input template gets the values’ JSON, or inside quotes their text; a path that leads nowhere gives nothing.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html',
  },
  'retry-policy': {
    rule: 'Deliveries are tried again for 24 hours and up to 185 times unless told otherwise.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html',
  },
  'dead-letter': {
    rule: 'What is not to be delivered goes to the dead letter queue, at once where trying again can’t help.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html',
  },
  'cross-region-bus': {
    rule: 'A rule may forward to a bus in another region, with a role that may put events there.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-region.html',
  },
  'forwarded-event': {
    rule: 'A forwarded event keeps source, time and region and gets an id of its own.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html',
  },
  'event-region': {
    rule: 'An event names the region in which it came about.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html',
  },
  'at-least-once': {
    rule: 'An event may be delivered twice; the second time after 0.2 to 5 s.',
  },
  'answer-timeout': {
    rule: 'A target that doesn’t answer for 30 s is tried again.',
  },
  'retry-pauses': {
    rule: 'Pauses between attempts grow from one second on, with jitter.',
  },
});
