import { Construct } from 'constructs';
import { type AlarmParts, OperatorAlarm, ownMetric } from './operator-alarm.ts';

export interface BeatAlarmProps extends AlarmParts {
  /** Name of the schedule without the estate; the functions send it as the dimension Beat. */
  readonly beat: string;
  /** Within which a beat that does its duty is heard at least once. */
  readonly periodSeconds: number;
  /** What nobody does when it rings, as a sentence without a full stop. */
  readonly says: string;
  readonly entry: string;
}

/** A beat that fails every time for two periods, or that isn't heard at all: its silence is the news. */
export class BeatAlarm extends Construct {
  constructor(scope: Construct, id: string, props: BeatAlarmProps) {
    super(scope, id);
    const { beat, periodSeconds, says, entry, foundation, topic } = props;
    const parts = { foundation, topic };
    new OperatorAlarm(this, 'Silent', {
      ...parts,
      name: `silent-${beat}`,
      says,
      entry,
      metric: ownMetric(parts, 'Beats', { statistic: 'Maximum', periodSeconds, dimensions: { Beat: beat } }),
      below: 1,
      periods: 2,
      noData: 'silence',
    });
  }
}
