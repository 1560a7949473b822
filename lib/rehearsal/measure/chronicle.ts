import {
  authorityTableName,
  failoverStateMachineName,
  functionName,
  journalTableName,
  operatorsTopicName,
} from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { isWriteTo } from '../invariants/epoch-grows.ts';
import type { AuthorityState } from '../invariants/invariant.ts';
import { payloadOf } from '../invariants/payload.ts';
import { waveFact } from '../journal-fact.ts';
import type { TimelineEntry } from '../report/timeline.ts';
import type { TraceEntry } from '../world/trace.ts';
import type { Mark } from './critical-path.ts';
import { type Notification, notificationOf } from './notification.ts';

export interface ChronicleOptions {
  readonly plan: Plan;
  /** What happened before the fault is no part of the story. */
  readonly faultMs: number;
  readonly authority: () => AuthorityState | undefined;
}

/** What happened, read off the calls that reached the world: ends of steps for the critical path, entries for the timeline. */
export class Chronicle {
  readonly #options: ChronicleOptions;
  readonly #marks = new Map<string, Mark>();
  readonly #entries: TimelineEntry[] = [];
  readonly #signals = new Set<string>();
  readonly #acceptedFences = new Set<string>();
  /** By number: when the first of a wave was started. */
  readonly #waveStarts = new Map<number, number>();
  readonly #notifications: Notification[] = [];
  #activeRegion: string | undefined;

  constructor(options: ChronicleOptions) {
    this.#options = options;
  }

  get marks(): readonly Mark[] {
    return [...this.#marks.values()];
  }

  get entries(): readonly TimelineEntry[] {
    return this.#entries;
  }

  /** Messages to the operators' topic since the fault, in their order. */
  get notifications(): readonly Notification[] {
    return this.#notifications;
  }

  /** Names of the signals that have called the region unhealthy since the fault. */
  get signals(): readonly string[] {
    return [...this.#signals].sort();
  }

  /** `application/store` of what was promoted with an unproved fence because the plan accepts that. */
  get acceptedFences(): readonly string[] {
    return [...this.#acceptedFences].sort();
  }

  note(entry: TimelineEntry): void {
    this.#entries.push(entry);
  }

  /** The end of a step; the first time counts. */
  mark(step: string, atMs: number): boolean {
    if (this.#marks.has(step)) return false;
    this.#marks.set(step, { step, atMs });
    return true;
  }

  onCall(entry: TraceEntry): void {
    if (entry.error !== undefined) return;
    if (entry.service === 'dynamodb') this.#onAuthority(entry);
    if (entry.atMs < this.#options.faultMs) return;
    if (entry.service === 'dynamodb') this.#onJournal(entry);
    if (entry.service === 'eventbridge') this.#onEvents(entry);
    else if (entry.service === 'lambda') this.#onInvoke(entry);
    else if (entry.service === 'sfn' && entry.operation === 'StartExecution') this.#onStart(entry);
    else if (entry.service === 'sns' && entry.operation === 'Publish') this.#onPublish(entry);
  }

  #onEvents({ input, atMs }: TraceEntry): void {
    const entries = memberOf(input, 'Entries');
    if (!Array.isArray(entries)) return;
    for (const one of entries) {
      const detail = parsed(memberOf(one, 'Detail'));
      if (memberOf(detail, 'state') === 'unhealthy') this.#signal(String(memberOf(detail, 'signal')), atMs);
    }
  }

  #signal(name: string, atMs: number): void {
    if (this.#signals.has(name)) return;
    this.#signals.add(name);
    this.note({ lane: 'signals', label: `${name} unhealthy`, fromMs: atMs });
    this.mark('first signal', atMs);
  }

  #onInvoke(entry: TraceEntry): void {
    const { plan } = this.#options;
    const target = String(memberOf(entry.input, 'FunctionName'));
    const is = (verbNoun: string) => target.endsWith(functionName(plan, verbNoun));
    const given = payloadOf(entry.input);
    if (is('assess-incident') && memberOf(memberOf(memberOf(given, 'detail'), 'state'), 'value') === 'ALARM') {
      this.#signal('heartbeat-alarm', entry.atMs);
    } else if (is('fence-stores')) {
      this.#onFences(memberOf(payloadOf(entry.output), 'fences'));
    } else if (is('promote-stores') && memberOf(payloadOf(entry.output), 'state') === 'promoted') {
      if (this.mark('data promoted', entry.atMs))
        this.note({ lane: 'waves', label: 'data promoted', fromMs: entry.atMs });
    } else if (is('shift-traffic') && memberOf(payloadOf(entry.output), 'shiftedAt') !== undefined) {
      if (this.mark('traffic released', entry.atMs))
        this.note({ lane: 'traffic', label: 'traffic released', fromMs: entry.atMs });
    } else if (is('verify-traffic') && memberOf(payloadOf(entry.output), 'verified') === true) {
      if (this.mark('name servers verified', entry.atMs))
        this.note({ lane: 'traffic', label: 'name servers verified', fromMs: entry.atMs });
    }
  }

  #onFences(fences: unknown): void {
    for (const one of Array.isArray(fences) ? fences : []) {
      if (memberOf(one, 'basis') !== 'plan') continue;
      this.#acceptedFences.add(`${String(memberOf(one, 'application'))}/${String(memberOf(one, 'store'))}`);
    }
  }

  /** The journal says when waves started and how they ended. */
  #onJournal({ input, atMs }: TraceEntry): void {
    if (!isWriteTo(input, journalTableName(this.#options.plan))) return;
    const fact = waveFact(memberOf(input, 'Item'));
    if (fact === undefined) return;
    const { kind, wave, applications } = fact;
    if (kind === 'wave-scaling-started') {
      if (!this.#waveStarts.has(wave)) this.#waveStarts.set(wave, atMs);
      return;
    }
    const members = `${applications} ${applications === 1 ? 'application' : 'applications'}`;
    const label = wave === 0 ? 'wave 0: platform' : `wave ${wave}: ${members}`;
    const isReady = kind === 'wave-ready';
    if (!this.mark(isReady ? `${label} ready` : `${label} short of room`, atMs)) return;
    const fromMs = this.#waveStarts.get(wave) ?? atMs;
    this.note({ lane: 'waves', label: isReady ? label : `${label}: no room`, fromMs, toMs: atMs });
  }

  #onStart(entry: TraceEntry): void {
    const { input, atMs } = entry;
    const machine = String(memberOf(input, 'stateMachineArn'));
    if (!machine.endsWith(`:${failoverStateMachineName(this.#options.plan)}`)) return;
    // The same start again is answered with the execution that runs already.
    const label = entry.caller.startsWith('human:') ? 'failover started by hand' : 'failover started';
    if (this.mark(label, atMs)) this.note({ lane: 'decision', label, fromMs: atMs });
  }

  #onPublish(entry: TraceEntry): void {
    if (!String(memberOf(entry.input, 'TopicArn')).endsWith(`:${operatorsTopicName(this.#options.plan)}`)) return;
    const notification = notificationOf(entry);
    this.#notifications.push(notification);
    const { severity, kind, subject, atMs } = notification;
    // News of each step would cover the lane; all of them are in a list of their own.
    if (severity === 'page' || kind === 'recovered') this.note({ lane: 'people', label: subject, fromMs: atMs });
  }

  #onAuthority({ input, atMs }: TraceEntry): void {
    const { plan, authority } = this.#options;
    if (!isWriteTo(input, authorityTableName(plan))) return;
    const record = authority();
    if (record === undefined) return;
    if (this.#activeRegion !== undefined && this.#activeRegion !== record.activeRegion) {
      this.note({ lane: 'decision', label: `epoch ${record.epoch} claimed`, fromMs: atMs });
      this.mark('lease ended, authority claimed', atMs);
    }
    this.#activeRegion = record.activeRegion;
  }
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.getOwnPropertyDescriptor(value, name)?.value;
}

function parsed(text: unknown): unknown {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
