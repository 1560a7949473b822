import { claimsOf } from '../../claims/claim.ts';

const guide = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring';
const reference = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference';

export const cloudWatchClaims = claimsOf('cloudwatch', ['cloudwatch'], {
  'put-metric-data': {
    rule: 'PutMetricData takes up to 1000 data with up to 30 dimensions each.',
    source: `${reference}/API_PutMetricData.html`,
  },
  'get-metric-data': {
    rule: 'GetMetricData answers by periods, newest first unless told otherwise.',
    source: `${reference}/API_GetMetricData.html`,
  },
  retention: {
    rule: 'Data points of one second are kept for three hours.',
    source: `${guide}/cloudwatch_concepts.html`,
  },
  'alarm-range': {
    rule: 'Period times evaluation periods is a day at most.',
    source: `${reference}/API_PutMetricAlarm.html`,
  },
  'missing-data': {
    rule: 'Missing data is taken as the alarm says, and only where real data points don’t suffice.',
    source: `${guide}/alarms-and-missing-data.html`,
  },
  'evaluation-range': {
    rule: 'An alarm looks at two periods more than it evaluates, so silence is noticed when the last data point has left them.',
  },
  'alarm-rules': {
    rule: 'NOT binds tighter than AND, AND tighter than OR in the rule of a composite alarm.',
    source: `${reference}/API_PutCompositeAlarm.html`,
  },
  'composite-delay': {
    rule: 'A composite alarm follows a child’s change of state after 0.2 to 2 s.',
  },
  'alarm-events': {
    rule: 'Every change of an alarm’s state is an event on the default bus.',
    source: `${guide}/cloudwatch-and-eventbridge.html`,
  },
  'alarm-messages': {
    rule: 'A topic gets an alarm’s change as JSON with old and new state and the reason.',
    source: `${guide}/Notify_Users_Alarm_Changes.html`,
  },
});
