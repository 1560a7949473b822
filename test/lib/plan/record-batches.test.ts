import { describe, expect, test } from '@jest/globals';
import { type Mistake, PlanError } from '../../../lib/plan/mistake.ts';
import { parsePlan } from '../../../lib/plan/read-plan.ts';
import { zonesToChange } from '../../../lib/plan/traffic.ts';
import { ZoneRecords } from '../../../lib/traffic/zone-records.ts';
import { simulatedRoute53 } from '../traffic/simulated-route53.ts';
import { planText } from './plan-text.ts';

const firstName = `      - name: www.shop.example
        zone: {name: shop.example, hostedZoneId: Z0123456789}
        targets: {eu-central-1: lb.eu-central-1.shop.example, eu-west-1: lb.eu-west-1.shop.example}
`;

interface Names {
  readonly count: number;
  /** Of both regions' targets, in characters. */
  readonly targetLength: number;
  readonly mode?: string;
  readonly zones?: readonly string[];
}

/** A plan with so many names in one mode, spread over the zones. */
function planWith({ count, targetLength, mode = 'record-change', zones = ['shop.example'] }: Names): string {
  const labels = `${'t'.repeat(30)}.`.repeat(4);
  const target = `lb.${labels}`.slice(0, targetLength - 1).concat('z');
  const names = Array.from({ length: count }, (_, index) => {
    const zone = zones[index % zones.length]!;
    return `      - name: n${index}.${zone}
        traffic: ${mode}
        zone: {name: ${zone}, hostedZoneId: Z${zones.indexOf(zone)}}
        targets: {eu-central-1: ${target}, eu-west-1: ${target}}
`;
  });
  return planText({ [firstName]: names.join('') });
}

function mistakesIn(text: string): readonly Mistake[] {
  try {
    parsePlan(text, 'lifeboat.yaml');
    return [];
  } catch (error) {
    if (error instanceof PlanError) return error.mistakes;
    throw error;
  }
}

describe('names of one zone that are moved by changing their records', () => {
  test('fit into one batch, or the plan is refused at the first that doesn’t', () => {
    expect(mistakesIn(planWith({ count: 499, targetLength: 9 }))).toEqual([]);
    expect(mistakesIn(planWith({ count: 500, targetLength: 9 }))).toMatchObject([
      {
        path: 'applications[0].dns[499].traffic',
        message: expect.stringMatching(/zone shop.example has 500 names .* 1,000 records .*: 499 of them fit/),
        remedy: expect.stringContaining('health-state'),
      },
    ]);
  });

  test('are counted by the length of their targets as well', () => {
    const fitting = Math.floor((32_000 - 2 * 255) / (2 * 90));
    expect(mistakesIn(planWith({ count: fitting, targetLength: 90 }))).toEqual([]);
    expect(mistakesIn(planWith({ count: fitting + 1, targetLength: 90 }))).toMatchObject([
      { message: expect.stringMatching(new RegExp(`32,000 characters of targets .*: ${fitting} of them fit`)) },
    ]);
  });

  test('are counted by zone, and those of other modes not at all', () => {
    expect(mistakesIn(planWith({ count: 600, targetLength: 9, mode: 'health-state' }))).toEqual([]);
    expect(mistakesIn(planWith({ count: 600, targetLength: 9, zones: ['shop.example', 'bank.example'] }))).toEqual([]);
  });

  test.each<[string, Names]>([
    ['records', { count: 499, targetLength: 9 }],
    ['characters', { count: 174, targetLength: 90 }],
  ])('are moved by Route 53 as far as the rule lets them, to the limit of %s', async (_limit, names) => {
    const plan = parsePlan(planWith(names), 'lifeboat.yaml');
    const [zone] = zonesToChange(plan, 'eu-west-1').map((one) => ({ ...one, hostedZoneId: 'Z1' }));
    const route53 = simulatedRoute53();
    const records = new ZoneRecords({ client: route53.client, estate: plan.estate });
    const longest = 'x'.repeat(80);
    await records.move({ ...zone!, names: [] }, { epoch: 1, execution: longest });
    expect(await records.move(zone!, { epoch: 2, execution: `${longest.slice(1)}y` })).toEqual({ outcome: 'moved' });
    const more = { ...zone!, names: [...zone!.names, ...zone!.names.map((one) => ({ ...one, name: `x${one.name}` }))] };
    expect(await records.move(more, { epoch: 3, execution: longest })).toMatchObject({
      outcome: 'refused',
      reason: expect.stringContaining('limit of'),
    });
  });
});
