import { operatorsPolicyName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Iam } from '../aws/iam/iam.ts';
import type { Page, SnsService } from '../aws/sns/sns-service.ts';
import type { Sessions } from '../aws/sts/sessions.ts';
import { signedHeaders } from '../aws/sts/signed-request.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { HttpResult, Internet } from '../network/internet.ts';
import type { FaultTargets } from './apply-faults.ts';
import type { Human } from './scenario.ts';

export interface HumanSurroundings {
  readonly kernel: Kernel;
  readonly plan: Plan;
  readonly accountId: string;
  readonly iam: Iam;
  readonly sessions: Sessions;
  readonly internet: Internet;
  readonly sns: Pick<SnsService, 'onPage'>;
  readonly sfn: FaultTargets['sfn'];
  readonly faultMs: number;
  /** Told of every answer that a human gave, in words. */
  readonly onAnswer: (label: string, atMs: number) => void;
}

/** People sit outside AWS. */
const place = 'internet-1';

/**
 * Lets people read their pages and obey the first one that holds the command for what they want, each under a session of
 * a role that has the template's policy for operators and nothing else.
 */
export function attend(humans: readonly Human[], surroundings: HumanSurroundings): void {
  if (humans.length === 0) return;
  const role = operatorsRole(surroundings);
  for (const human of humans) attendOne(human, role, surroundings);
}

function attendOne(human: Human, role: string, surroundings: HumanSurroundings): void {
  const { kernel, sns, sfn, faultMs } = surroundings;
  let known: { readonly question: Question; readonly region: string } | undefined;
  let isTime = human.inState === undefined;
  let isAnswered = false;
  const answerInTime = () => {
    if (known === undefined || !isTime || isAnswered) return;
    isAnswered = true;
    const { question, region } = known;
    kernel.after(human.afterSeconds * 1000, `${human.name} answers`, () =>
      answer(human, role, question, region, surroundings),
    );
  };
  sns.onPage((page) => {
    const question = Date.parse(page.at) < faultMs ? undefined : questionIn(page, human.action);
    if (question === undefined) return;
    known ??= { question, region: page.region };
    answerInTime();
  });
  sfn.onStateEntered((_execution, stateName) => {
    if (stateName !== human.inState) return;
    isTime = true;
    answerInTime();
  });
}

interface Question {
  readonly url: string;
  readonly execution: string;
}

function operatorsRole({ iam, plan, accountId }: HumanSurroundings): string {
  const name = `${plan.estate}-people`;
  const arn = `arn:aws:iam::${accountId}:role/${name}`;
  const policyArn = `arn:aws:iam::${accountId}:policy/${operatorsPolicyName(plan, plan.regions.standby)}`;
  const policy = iam.managedPolicy(policyArn);
  const trust = { Version: '2012-10-17' as const, Statement: [] };
  iam.addRole({ arn, name, trust, policies: new Map(policy === undefined ? [] : [[policyArn, policy]]) });
  return arn;
}

/** What a person copies out of the text: where to answer, and of which execution. */
function questionIn({ message }: Page, action: Human['action']): Question | undefined {
  const verb = action === 'abort' ? 'abort' : 'approve';
  const command = new RegExp(`npx lifeboat ${verb} --url (\\S+) --execution (\\S+)`).exec(message);
  const [, url, execution] = command ?? [];
  return url === undefined || execution === undefined ? undefined : { url, execution };
}

function answer(human: Human, role: string, question: Question, region: string, surroundings: HumanSurroundings): void {
  const { kernel, sessions, internet, onAnswer } = surroundings;
  const request = {
    method: 'POST',
    url: question.url,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ action: human.action, execution: question.execution }),
  };
  const scope = { credentials: sessions.issue(role, human.name), service: 'lambda', region, nowMs: kernel.nowMs };
  const headers = signedHeaders(request, scope);
  internet.request({ ...request, headers, from: `human:${human.name}`, fromRegion: place }, (result) =>
    onAnswer(`${human.name}: ${human.action}, ${replyText(result)}`, kernel.nowMs),
  );
}

function replyText(result: HttpResult): string {
  if ('code' in result) return `no answer (${result.code})`;
  const { status, body } = result.response;
  return status === 200 ? 'taken' : `refused (${status} ${body})`;
}
