import { describe, expect, test } from '@jest/globals';
import { globalDefault, PriorityLevel } from '../../../../../lib/rehearsal/kubernetes/api/priority-level.ts';

/** Who has run, in order. */
function level(seats: number, queuedPerUser: number) {
  const made = new PriorityLevel();
  made.crowd({ seats, queuedPerUser });
  const ran: string[] = [];
  const enter = (user: string, request: string) => made.enter(user, () => ran.push(`${user} ${request}`));
  return { made, ran, enter };
}

describe('a priority level', () => {
  test('runs as many requests as it has seats, keeps as many of a user waiting as its queues hold, and refuses the rest', () => {
    const made = new PriorityLevel();
    let running = 0;
    const enter = () => made.enter('one', () => running++);
    const room = globalDefault.seats + globalDefault.queuedPerUser;
    expect(Array.from({ length: room + 1 }, enter)).toEqual([...Array(room).fill(true), false]);
    expect(running).toBe(globalDefault.seats);
    made.leave();
    expect([running, enter(), enter()]).toEqual([globalDefault.seats + 1, true, false]);
  });

  test('lets users take turns, so that one with a long queue starves nobody', () => {
    const { made, ran, enter } = level(1, 9);
    enter('busy', '1');
    for (const request of ['2', '3', '4']) enter('busy', request);
    enter('quiet', '1');
    for (let turn = 0; turn < 5; turn++) made.leave();
    expect(ran).toEqual(['busy 1', 'busy 2', 'quiet 1', 'busy 3', 'busy 4']);
    expect(enter('quiet', '2')).toBe(true);
  });

  test('that others crowd gives no seat before there is one again', () => {
    const { made, ran, enter } = level(3, 1);
    for (const request of ['1', '2', '3', '4']) enter('one', request);
    made.crowd({ seats: 1, queuedPerUser: 0 });
    made.leave();
    made.leave();
    expect([ran.length, enter('one', '5')]).toEqual([3, false]);
    made.leave();
    expect(ran).toHaveLength(4);
  });
});
