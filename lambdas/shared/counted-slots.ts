import type { Metrics } from './metrics.ts';
import type { SlotBook } from './observer.ts';

/**
 * Slots whose taking is counted under the name of the schedule: while one is taken, somebody looks. Whether what was
 * seen could be delivered isn't: the region that should hear it may be the one that is dead.
 */
export function countedSlots(slots: SlotBook, schedule: string, metrics: Metrics): SlotBook {
  return {
    async take(slotMs, signal) {
      const result = await slots.take(slotMs, signal);
      if (result.taken) metrics.record({ Beats: 1 }, { Beat: schedule });
      return result;
    },
    record: (slotMs, outcome, signal) => slots.record(slotMs, outcome, signal),
  };
}
