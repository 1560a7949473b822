import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Stack } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Code, LayerVersion, Runtime } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import type { Construct } from 'constructs';
import type { Plan } from '../../plan/plan.ts';
import { acceptFinding } from '../accepted-finding.ts';
import { Footing } from './footing.ts';

export interface FoundationProps {
  readonly plan: Plan;
  /** Folder of each function's bundle, by verb-noun. */
  readonly bundles: Readonly<Record<string, string>>;
}

/** Longer than the slowest usual beat (captures, every 5 minutes), so that a beat that is lost every time stays visible. */
const lostBeatMinutes = 6;

/** What every function of a region stands on: the footing, the plan as a layer, the queue of lost beats. */
export class Foundation extends Footing {
  readonly bundles: Readonly<Record<string, string>>;
  readonly planLayer: LayerVersion;
  /** Beats that came to nothing. The next one makes up for one, so they are forgotten before long. */
  readonly lostBeats: Queue;

  constructor(scope: Construct, id: string, props: FoundationProps) {
    super(scope, id, props.plan);
    this.bundles = props.bundles;
    this.#letLogsUseKey();
    this.planLayer = new LayerVersion(this, 'PlanLayer', {
      layerVersionName: `${this.plan.estate}-plan`,
      description: `The plan of ${this.plan.estate}: /opt/lifeboat/plan.json`,
      code: Code.fromAsset(this.#writePlan()),
      compatibleRuntimes: [Runtime.NODEJS_24_X],
      compatibleArchitectures: [Architecture.ARM_64],
    });
    this.lostBeats = new Queue(this, 'LostBeats', {
      queueName: `${this.plan.estate}-lost-beats`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.minutes(lostBeatMinutes),
    });
    acceptFinding(this.lostBeats, 'SQS3', 'it is the dead-letter queue of schedules, which the pack does not see');
  }

  #letLogsUseKey(): void {
    const stack = Stack.of(this);
    this.key.grantEncryptDecrypt(
      new ServicePrincipal(`logs.${stack.region}.amazonaws.com`, {
        conditions: {
          ArnLike: {
            'kms:EncryptionContext:aws:logs:arn': stack.formatArn({ service: 'logs', resource: '*' }),
          },
        },
      }),
    );
  }

  /** The layer's asset is named by its content, so it doesn't matter where the folder lies. */
  #writePlan(): string {
    const app = this.node.root as App;
    const folder = join(app.outdir, 'plan-layer');
    mkdirSync(join(folder, 'lifeboat'), { recursive: true });
    writeFileSync(join(folder, 'lifeboat', 'plan.json'), `${JSON.stringify(this.plan, null, 2)}\n`);
    return folder;
  }
}
