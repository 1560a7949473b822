import { executionNameOf } from '../../lib/authority/approval-request.ts';
import type { JournalEntry, JournalItem } from '../../lib/evidence/journal.ts';
import { peerRegion } from '../../lib/plan/names.ts';
import { type NoticeKind, utc } from '../shared/notice.ts';
import { toldKinds } from './contract.ts';
import { ofKind, ownLast } from './history.ts';
import type { NoticeContext } from './notice-of.ts';

/** What an entry is to people. */
export interface Wording {
  readonly kind: NoticeKind;
  /** Without the estate. */
  readonly subject: string;
  readonly verdict: string;
  readonly facts?: readonly string[];
  readonly next: string;
  /** What a person has to do; absent: nothing. Most that needs somebody is told by whoever writes it down. */
  readonly action?: string;
}

type ToldKind = (typeof toldKinds)[number];
type Words<Kind extends ToldKind> = (entry: JournalItem<Kind>, context: NoticeContext) => Wording | undefined;

/** Undefined for kinds that aren't told, and for entries that are only a part of what is told. */
export function wordingOf(entry: JournalEntry, context: NoticeContext): Wording | undefined {
  if (!isTold(entry.kind)) return undefined;
  const words = wordings[entry.kind] as Words<ToldKind>;
  return words(entry as JournalItem<ToldKind>, context);
}

function isTold(kind: string): kind is ToldKind {
  return (toldKinds as readonly string[]).includes(kind);
}

const wordings: { readonly [Kind in ToldKind]: Words<Kind> } = {
  'incident-opened': ({ detail }, { plan, region }) => {
    const { quorum, confirmationSeconds } = plan.detection;
    const starts =
      plan.approval.mode === 'manual' ? 'somebody is asked to start the failover' : 'the failover starts by itself';
    return {
      kind: 'suspected',
      subject: `${detail.region} suspected`,
      verdict: `${detail.region} is suspected: ${detail.signals.join(', ')} unhealthy.`,
      next: `nodes come up in ${region} already. When ${quorum} independent vantages agree for ${confirmationSeconds} s, ${starts}. When all is healthy again, this is cleared.`,
    };
  },
  'incident-calmed': ({ detail }, { plan, region }) => ({
    kind: 'cleared',
    subject: `${peerRegion(plan, region)} is healthy again, nothing was moved`,
    verdict: `False alarm: the signals of ${peerRegion(plan, region)} are healthy again. No failover was started.`,
    facts: [`Healthy: ${detail.signals.join(', ')}`],
    next: `what came up in ${region} meanwhile is taken back by itself.`,
  }),
  'lock-acquired': ({ detail, executionArn }, context) => {
    const { plan, region, history, approvalUrl } = context;
    const from = peerRegion(plan, region);
    const verdicts = {
      automatic: `The failover to ${region} has started: ${from} is down by quorum.`,
      operator: `The failover to ${region} has started: a person started it.`,
      takeover: `The failover to ${region} goes on: a person took over the one that was stuck.`,
    };
    const confirmed = ofKind(history, 'incident-confirmed').at(-1)?.detail;
    const isAsked = plan.approval.mode === 'approval';
    return {
      kind: 'failover-started',
      subject: `failover to ${region} ${detail.trigger === 'takeover' ? 'taken over' : 'started'}`,
      verdict: verdicts[detail.trigger],
      facts: [
        ...(confirmed === undefined
          ? []
          : [`Unhealthy: ${confirmed.signals.join(', ')}, together since ${utc(confirmed.heldSince)}`]),
        `To stop it before it is too late: npx lifeboat abort --url ${approvalUrl} --execution ${executionNameOf(executionArn)}`,
      ],
      next: `${isAsked ? 'people are asked to agree' : 'people are asked only if data would be lost or a fence is unproved'}; when the lease of ${from} has run out or been given up, ${region} claims the authority. From then on it can't be stopped.`,
    };
  },
  'lock-refused': ({ detail, executionArn }, { region }) => ({
    kind: 'not-taken-up',
    subject: `second failover to ${region} not taken up`,
    verdict: `Execution ${executionNameOf(executionArn)} was not taken up (${detail.outcome}): ${detail.reason}.`,
    next: 'nothing: this execution has ended without effect.',
  }),
  'approval-answered': ({ detail, executionArn }, { region, history }) => {
    const needed = ownLast(history, 'approval-requested', executionArn)?.detail.approversNeeded ?? 1;
    const agreed = agreedBy(ofKind(history, 'approval-answered').filter((one) => one.executionArn === executionArn));
    const isApproval = detail.decision === 'approve';
    const goesOn = agreed.length >= needed ? 'the failover goes on' : `${needed - agreed.length} more must agree`;
    return {
      kind: 'approval-answered',
      subject: `failover to ${region} ${isApproval ? `approved by ${agreed.length} of ${needed}` : 'rejected'}`,
      verdict: `${detail.by} ${isApproval ? 'approved' : 'rejected'} the failover to ${region}.`,
      facts: [`Agreed: ${agreed.join(', ') || 'nobody'}`],
      next: isApproval ? `${goesOn}.` : 'the failover is held, which is a page of its own.',
    };
  },
  'abort-requested': ({ detail }, { region }) => ({
    kind: 'abort-requested',
    subject: `abort of the failover to ${region} ${detail.accepted ? 'asked for' : 'came too late'}`,
    verdict: detail.accepted
      ? `${detail.by} asked for the end of the failover to ${region}.`
      : `${detail.by} asked for the end of the failover to ${region}, too late: the authority is claimed.`,
    next: detail.accepted
      ? 'the failover ends before it claims the authority, which is a page of its own.'
      : 'the failover goes on to its end.',
  }),
  'yield-requested': ({ detail }, { region }) => ({
    kind: 'lease-asked-for',
    subject: `${detail.fromRegion} is alive and asked for its lease`,
    verdict: `${detail.fromRegion} is alive and was asked to give up its lease: ${detail.because === 'people' ? 'people decided so' : 'a quorum says that it is ill'}.`,
    next: `it closes its ingress and gives the lease up, or the lease runs out, and ${region} claims the authority. After ${utc(detail.until)} the request is void.`,
  }),
  'ingress-closed': ({ detail }, { region }) => ({
    kind: 'ingress-closed',
    subject: `${region} serves nobody, its ingress is closed`,
    verdict: detail.leaseGivenUp
      ? `${region} closed its ingress and gave its lease up, as it was asked to.`
      : `${region} is not the active region, and closed its ingress so that nobody is served there.`,
    facts: detail.workloads.map((workload) => `Closed: ${workload}`),
    next: `the ingress stays closed until ${region} is the active region again.`,
  }),
  'ingress-opened': ({ detail }, { region }) => ({
    kind: 'ingress-opened',
    subject: `${region} kept the authority and serves again`,
    verdict: `${region} kept the authority after all (epoch ${detail.epoch}) and opened its ingress again.`,
    facts: detail.workloads.map((workload) => `Opened: ${workload}`),
    next: 'clients are served as soon as its pods are ready.',
  }),
  'authority-claimed': ({ detail, executionArn }, { history }) => {
    const { region, epoch, fromRegion } = detail;
    if (ownLast(history, 'execution-closed', executionArn) !== undefined) {
      return {
        kind: 'claimed-after-end',
        subject: `${region} claimed epoch ${epoch} after its failover had ended`,
        verdict: `${region} claimed the authority (epoch ${epoch}) after its failover had ended. No region serves.`,
        next: 'nothing, until somebody takes the failover over.',
        action: `take the failover over by hand, at once: start the state machine with observedEpoch ${epoch} and trigger takeover.`,
      };
    }
    return {
      kind: 'authority-claimed',
      subject: `${region} claimed epoch ${epoch}, traffic held`,
      verdict: `${region} is the active region now (epoch ${epoch}), ${fromRegion} no longer. It serves nobody yet.`,
      next: 'databases are promoted and applications scaled, wave by wave. Traffic is held until all of them are ready.',
    };
  },
  'data-promoted': ({ executionArn }, { region, history }) => {
    const stores = ownLast(history, 'estate-assessed', executionArn)?.detail.stores;
    const promoted = ofKind(history, 'data-promoted')
      .filter((one) => one.executionArn === executionArn)
      .map(({ detail }) => detail.application);
    if (stores?.every(({ application }) => promoted.includes(application)) !== true) return undefined;
    return {
      kind: 'databases-promoted',
      subject: `all databases take writes in ${region}`,
      verdict: `All databases that this failover promotes take writes in ${region}.`,
      facts: stores.map(({ application, store }) => `${application}/${store}`),
      next: 'applications start as soon as all that they depend on is ready.',
    };
  },
  'wave-ready': ({ detail, executionArn }, { history }) => {
    const waves = ownLast(history, 'estate-assessed', executionArn)?.detail.waves ?? [];
    const ready = new Set(
      ofKind(history, 'wave-ready')
        .filter((one) => one.executionArn === executionArn)
        .map((one) => one.detail.wave),
    );
    const missing = waves.filter(({ number }) => !ready.has(number)).map(({ number }) => number);
    const members = detail.wave === 0 ? '' : ` (${detail.applications.join(', ')})`;
    return {
      kind: 'wave-recovered',
      subject: `${waveName(detail.wave)} is ready, ${ready.size} of ${waves.length}`,
      verdict: `Ready, and the checks pass: ${waveName(detail.wave)}${members}.`,
      next: missing.length === 0 ? 'traffic is shifted.' : `still to come: ${missing.map(waveName).join(', ')}.`,
    };
  },
  'traffic-shifted': ({ detail }, { plan }) => {
    const longestTtlSeconds = Math.max(0, ...plan.applications.flatMap(({ dns }) => dns.map((one) => one.ttlSeconds)));
    return {
      kind: 'traffic-shifted',
      subject: `traffic goes to ${detail.region}`,
      verdict: `${detail.region} serves, and the names are being pointed at it (epoch ${detail.epoch}).`,
      next: `the name servers are asked until they agree. Clients follow when their resolvers have forgotten, within ${longestTtlSeconds} s of that.`,
    };
  },
};

function waveName(number: number): string {
  return number === 0 ? 'the platform' : `wave ${number}`;
}

/** A rejection takes back the approval of the same person. */
function agreedBy(answers: readonly JournalItem<'approval-answered'>[]): readonly string[] {
  const last = new Map(answers.map(({ detail }) => [detail.by, detail.decision]));
  return [...last].filter(([, decision]) => decision === 'approve').map(([by]) => by);
}
