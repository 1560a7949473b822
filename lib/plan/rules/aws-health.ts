import { takesForwardedEvents } from '../aws-health.ts';
import type { LoosePlan } from '../loose-plan.ts';
import type { Finding } from '../mistake.ts';

/** AWS Health is heard through another region, which not every region can be reached from. */
export function awsHealthFindings({ detection, regions }: LoosePlan): Finding[] {
  if (detection.awsHealth !== true) return [];
  const cut = [regions.active, regions.standby].find((region) => region !== undefined && !takesForwardedEvents(region));
  if (cut === undefined) return [];
  return [
    {
      path: ['detection', 'awsHealth'],
      message: `EventBridge forwards no events to ${cut}, so what AWS Health says of the other region can't get there`,
      remedy: 'write awsHealth: false',
    },
  ];
}
