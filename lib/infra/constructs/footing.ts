import { RemovalPolicy } from 'aws-cdk-lib';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Plan } from '../../plan/plan.ts';
import { acceptFinding } from '../accepted-finding.ts';
import { keyAlias } from '../arns.ts';

/** What every stack of a region stands on: the region's key and the queue of dead letters. */
export class Footing extends Construct {
  readonly plan: Plan;
  readonly key: Key;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, plan: Plan) {
    super(scope, id);
    this.plan = plan;
    this.key = this.#makeKey();
    // Dead letters hold events and schedule inputs, no data: SQS's own encryption spares every sender a key permission.
    this.deadLetters = new Queue(this, 'DeadLetters', {
      queueName: `${this.plan.estate}-dead-letters`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acceptFinding(
      this.deadLetters,
      'SQS3',
      'it is the dead-letter queue, of rules and functions that the pack does not see',
    );
  }

  #makeKey(): Key {
    const key = new Key(this, 'Key', {
      description: `Lifeboat of ${this.plan.estate}: tables, logs and messages of this region`,
      enableKeyRotation: true,
      removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE,
    });
    // A logical alias name keeps it the same in both regions: the other region's functions are let in by it.
    new Alias(this, 'Alias', { aliasName: keyAlias(this.plan), targetKey: key });
    return key;
  }
}
