import { LineChart } from 'echarts/charts';
import { GridComponent, MarkLineComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { RequestOutcome } from '../measure/request-log.ts';
import { axisStepSeconds, clockText } from './clock-text.ts';
import type { Timeline } from './timeline.ts';

use([LineChart, GridComponent, MarkLineComponent, SVGRenderer]);

const width = 1120;
const height = 220;
const bucketSeconds = 5;

/** Stand-ins that the chart library understands, each replaced by a colour of the page, which follows dark and light. */
const colours = { ink: '#010203', soft: '#010204', line: '#010205', bad: '#010206' } as const;

/** The share of all clients' requests that failed, over time. */
export function clientChartSvg(timeline: Timeline): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  const [first, last] = [timeline.startMs, timeline.endMs].map((atMs) => (atMs - timeline.faultMs) / 1000);
  const interval = axisStepSeconds(timeline.endMs - timeline.startMs);
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: 'system-ui, sans-serif', fontSize: 11, color: colours.soft },
    grid: { left: 46, right: 20, top: 16, bottom: 28 },
    xAxis: {
      type: 'value',
      min: first,
      max: last,
      interval,
      axisLabel: { color: colours.soft, formatter: clockText },
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { lineStyle: { color: colours.line } },
      splitLine: { show: false },
    },
    yAxis: {
      type: 'value',
      min: 0,
      max: 100,
      interval: 25,
      axisLabel: { color: colours.soft, formatter: '{value} %' },
      axisLine: { onZero: false, lineStyle: { color: colours.line } },
      splitLine: { lineStyle: { color: colours.line } },
    },
    series: [
      {
        type: 'line',
        step: 'end',
        symbol: 'none',
        data: failedShares(timeline),
        lineStyle: { color: colours.bad, width: 2 },
        areaStyle: { color: colours.bad, opacity: 0.15 },
        markLine: {
          symbol: 'none',
          data: [{ xAxis: 0 }],
          label: { formatter: 'fault', color: colours.ink },
          lineStyle: { color: colours.bad },
        },
      },
    ],
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return asPartOfThePage(svg);
}

/** Seconds from the fault and per cent of the requests sent in the `bucketSeconds` from there on. */
function failedShares({ faultMs, startMs, requests }: Timeline): readonly (readonly [number, number])[] {
  const buckets = new Map<number, { sent: number; failed: number }>();
  const count = ({ sentAtMs, succeeded }: RequestOutcome) => {
    if (sentAtMs < startMs) return;
    const at = Math.floor((sentAtMs - faultMs) / 1000 / bucketSeconds) * bucketSeconds;
    const bucket = buckets.get(at) ?? { sent: 0, failed: 0 };
    bucket.sent++;
    if (!succeeded) bucket.failed++;
    buckets.set(at, bucket);
  };
  for (const { outcomes } of requests) for (const outcome of outcomes) count(outcome);
  return [...buckets]
    .sort(([a], [b]) => a - b)
    .map(([at, { sent, failed }]) => [at, Number(((100 * failed) / sent).toFixed(1))] as const);
}

function asPartOfThePage(svg: string): string {
  const coloured = Object.entries(colours).reduce(
    (text, [name, stand]) => text.replaceAll(stand, `var(--${name})`),
    svg,
  );
  return coloured
    .replace(/<rect width="\d+" height="\d+" x="0" y="0"[^>]*fill="none"[^>]*>\s*<\/rect>/, '')
    .replace(/<svg width="\d+" height="\d+"/, '<svg role="img" aria-label="Share of failed requests over time"');
}
