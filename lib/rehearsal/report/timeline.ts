import type { RequestOutcome } from '../measure/request-log.ts';
import { axisStepSeconds, clockText } from './clock-text.ts';
import { escapeHtml } from './escape.ts';

export const lanes = ['fault', 'signals', 'decision', 'waves', 'traffic', 'people'] as const;
export type Lane = (typeof lanes)[number];

/** Something that happened, at an instant or for a while. */
export interface TimelineEntry {
  readonly lane: Lane;
  readonly label: string;
  readonly fromMs: number;
  readonly toMs?: number;
}

export interface Timeline {
  readonly faultMs: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly entries: readonly TimelineEntry[];
  /** The requests of each application, in the plan's order. */
  readonly requests: readonly { readonly name: string; readonly outcomes: readonly RequestOutcome[] }[];
}

const width = 1120;
const left = 150;
const right = 20;
const rowHeight = 22;
const clientRowHeight = 18;
const axisHeight = 28;
const laneTitles: Readonly<Record<Lane, string>> = {
  fault: 'Fault',
  signals: 'Signals',
  decision: 'Decision',
  waves: 'Waves',
  traffic: 'Traffic',
  people: 'People',
};

/** Signals, decision, waves and traffic above, and below them how each application's clients fared, on one time axis. */
export function timelineSvg(timeline: Timeline): string {
  const x = scale(timeline);
  const parts: string[] = [];
  let y = axisHeight;
  for (const lane of lanes) {
    const rows = inRows(
      timeline.entries.filter((entry) => entry.lane === lane),
      x,
    );
    if (rows.length === 0) continue;
    parts.push(`<text class="lane" x="0" y="${y + 15}">${laneTitles[lane]}</text>`);
    for (const row of rows) {
      parts.push(...row.map((entry) => entrySvg(entry, x, y)));
      y += rowHeight;
    }
    parts.push(`<line class="rule" x1="0" x2="${width}" y1="${y + 1}" y2="${y + 1}"/>`);
    y += 4;
  }
  if (timeline.requests.length > 0) {
    parts.push(`<text class="lane" x="0" y="${y + 14}">Clients of</text>`);
    y += clientRowHeight;
  }
  for (const { name, outcomes } of timeline.requests) {
    parts.push(
      `<text class="name" x="8" y="${y + 12}">${escapeHtml(name)}</text>`,
      ...barSvg(outcomes, timeline, x, y),
    );
    y += clientRowHeight;
  }
  const height = y + 6;
  const fault = x(timeline.faultMs).toFixed(1);
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Timeline of the rehearsal" xmlns="http://www.w3.org/2000/svg">`,
    ...axisSvg(timeline, x, height),
    `<line class="fault" x1="${fault}" x2="${fault}" y1="${axisHeight - 6}" y2="${height}"/>`,
    ...parts,
    '</svg>',
  ].join('\n');
}

type Scale = (atMs: number) => number;

function scale({ startMs, endMs }: Timeline): Scale {
  const span = Math.max(1, endMs - startMs);
  return (atMs) => left + ((Math.min(Math.max(atMs, startMs), endMs) - startMs) / span) * (width - left - right);
}

/** Labels that would overlap go into another row. */
function inRows(entries: readonly TimelineEntry[], x: Scale): TimelineEntry[][] {
  const rows: { entries: TimelineEntry[]; end: number }[] = [];
  for (const entry of [...entries].sort((a, b) => a.fromMs - b.fromMs)) {
    const from = labelBefore(entry, x) ? x(entry.fromMs) - labelWidth(entry) : x(entry.fromMs);
    const to = Math.max(x(entry.toMs ?? entry.fromMs), labelBefore(entry, x) ? 0 : x(entry.fromMs) + labelWidth(entry));
    const row = rows.find((one) => one.end < from - 4);
    if (row === undefined) rows.push({ entries: [entry], end: to });
    else {
      row.entries.push(entry);
      row.end = to;
    }
  }
  return rows.map((row) => row.entries);
}

/** About 6.2 px for a letter of 11 px type, and the marker before it. */
function labelWidth(entry: TimelineEntry): number {
  return 12 + entry.label.length * 6.2;
}

/** At the right edge the label stands before its marker, so that it isn't cut off. */
function labelBefore(entry: TimelineEntry, x: Scale): boolean {
  return x(entry.fromMs) + labelWidth(entry) > width;
}

function entrySvg(entry: TimelineEntry, x: Scale, y: number): string {
  const from = x(entry.fromMs);
  const length = entry.toMs === undefined ? 0 : x(entry.toMs) - from;
  const mark =
    length > 3
      ? `<rect class="span ${entry.lane}" x="${from.toFixed(1)}" y="${y + 3}" width="${length.toFixed(1)}" height="16" rx="3"/>`
      : `<circle class="dot ${entry.lane}" cx="${from.toFixed(1)}" cy="${y + 11}" r="4"/>`;
  const before = labelBefore(entry, x);
  const at = before ? from - 7 : from + 7;
  return `${mark}<text class="label" x="${at.toFixed(1)}" y="${y + 15}"${before ? ' text-anchor="end"' : ''}>${escapeHtml(entry.label)}</text>`;
}

/** One bar per application: stretches of good and failed requests. */
function barSvg(outcomes: readonly RequestOutcome[], timeline: Timeline, x: Scale, y: number): string[] {
  const shown = outcomes.filter((one) => one.sentAtMs >= timeline.startMs && one.sentAtMs <= timeline.endMs);
  const parts: string[] = [];
  let start = 0;
  for (let index = 1; index <= shown.length; index++) {
    const first = shown[start];
    if (first === undefined || (index < shown.length && shown[index]?.succeeded === first.succeeded)) continue;
    const from = x(first.sentAtMs);
    const to = x(shown[index]?.sentAtMs ?? timeline.endMs);
    const kind = first.succeeded ? 'good' : 'bad';
    parts.push(
      `<rect class="${kind}" x="${from.toFixed(1)}" y="${y + 2}" width="${Math.max(0.5, to - from).toFixed(1)}" height="12"/>`,
    );
    start = index;
  }
  return parts;
}

function axisSvg(timeline: Timeline, x: Scale, height: number): string[] {
  const stepSeconds = axisStepSeconds(timeline.endMs - timeline.startMs);
  const parts: string[] = [];
  const first = Math.ceil((timeline.startMs - timeline.faultMs) / 1000 / stepSeconds) * stepSeconds;
  for (let seconds = first; seconds * 1000 + timeline.faultMs <= timeline.endMs; seconds += stepSeconds) {
    const at = x(timeline.faultMs + seconds * 1000).toFixed(1);
    parts.push(
      `<line class="grid" x1="${at}" x2="${at}" y1="${axisHeight - 6}" y2="${height}"/>`,
      `<text class="tick" x="${at}" y="14" text-anchor="middle">${clockText(seconds)}</text>`,
    );
  }
  return parts;
}
