import { Stack } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { operatorsTopicName } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Footing } from './footing.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';

/** What a publisher needs of the key that encrypts a topic. Source: SNS developer guide, "Managing encryption keys". */
export const publishingKeyActions = ['kms:GenerateDataKey', 'kms:Decrypt'];

export interface TopicAudience {
  readonly topicName: string;
  readonly displayName: string;
  readonly emails: readonly string[];
}

/** Who is told of incidents: encrypted, TLS only, an e-mail subscription for each address of the plan. */
export class OperatorsTopic extends Construct {
  readonly topic: Topic;
  readonly #footing: Footing;

  constructor(scope: Construct, id: string, footing: Footing, audience = operatorsOf(footing.plan)) {
    super(scope, id);
    this.#footing = footing;
    this.topic = new Topic(this, 'Topic', {
      topicName: audience.topicName,
      displayName: audience.displayName,
      masterKey: footing.key,
      enforceSSL: true,
    });
    for (const email of audience.emails) {
      this.topic.addSubscription(new EmailSubscription(email));
    }
    this.#letAlarmsPublish();
  }

  grantPublish(grantee: LifeboatFunction): void {
    grantee.allow(['sns:Publish'], [this.topic.topicArn]);
    const throughSns = { 'kms:ViaService': `sns.${Stack.of(this).region}.amazonaws.com` };
    grantee.allow(publishingKeyActions, [this.#footing.key.keyArn], { StringEquals: throughSns });
  }

  /** Lets this account's alarms publish, and use the key for it. A topic with a policy lets in nobody by default. */
  #letAlarmsPublish(): void {
    const principals = [new ServicePrincipal('cloudwatch.amazonaws.com')];
    const conditions = { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } };
    this.topic.addToResourcePolicy(
      new PolicyStatement({ actions: ['sns:Publish'], resources: [this.topic.topicArn], principals, conditions }),
    );
    this.#footing.key.addToResourcePolicy(
      new PolicyStatement({ actions: publishingKeyActions, resources: ['*'], principals, conditions }),
    );
  }
}

function operatorsOf(plan: Plan): TopicAudience {
  return {
    topicName: operatorsTopicName(plan),
    displayName: `Lifeboat ${plan.estate}`,
    emails: plan.notification.emails,
  };
}
