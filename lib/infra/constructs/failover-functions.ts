import { Construct } from 'constructs';
import { contract as acquireIncident } from '../../../lambdas/acquire-incident/contract.ts';
import { contract as assessEstate } from '../../../lambdas/assess-estate/contract.ts';
import { contract as claimAuthority } from '../../../lambdas/claim-authority/contract.ts';
import { contract as closeIncident } from '../../../lambdas/close-incident/contract.ts';
import { contract as fenceStores } from '../../../lambdas/fence-stores/contract.ts';
import { contract as promoteStores } from '../../../lambdas/promote-stores/contract.ts';
import { contract as recoverApplications } from '../../../lambdas/recover-applications/contract.ts';
import { contract as scaleNodeGroups } from '../../../lambdas/scale-node-groups/contract.ts';
import type { Contract, EnvironmentOf } from '../../../lambdas/shared/contract.ts';
import { contract as shiftTraffic } from '../../../lambdas/shift-traffic/contract.ts';
import { contract as verifyTraffic } from '../../../lambdas/verify-traffic/contract.ts';
import { deployedPlanFile } from '../arns.ts';
import { pascalCase } from '../pascal-case.ts';
import { closingEnvironment, grantClosing } from './closing.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import type { RegionParts } from './region-parts.ts';
import { grantRecordChanges, grantRoutingControls } from './traffic-access.ts';

/** A little less than the TimeoutSeconds of the states that call them, so that Lambda's answer comes before the state gives up. */
const quickSeconds = 30;
const kubernetesReadSeconds = 60;
const kubernetesWriteSeconds = 90;

/** More memory is more processor: a cold start of the Kubernetes client is bound by it. */
const smallMiB = 256;
const kubernetesMiB = 1024;

interface Traits {
  readonly description: string;
  readonly timeoutSeconds: number;
  readonly memoryMiB: number;
}

/** The functions that the failover state machine calls, by verb-noun, each with the permissions that its contract lists. */
export class FailoverFunctions extends Construct {
  readonly byName: Record<string, LifeboatFunction> = {};
  readonly #parts: RegionParts;

  constructor(scope: Construct, id: string, parts: RegionParts) {
    super(scope, id);
    this.#parts = parts;
    this.#deciding();
    this.#data();
    this.#scaling();
    this.#traffic();
  }

  #deciding(): void {
    const { stores } = this.#parts;
    const { authority, coordination, captures, journal } = this.#parts.state;
    const onAuthority = { AUTHORITY_TABLE: authority.tableName, AUTHORITY_REGION: authority.region };
    const common = { PLAN_FILE: deployedPlanFile, JOURNAL_TABLE: journal.tableName };

    const acquire = this.#add(
      acquireIncident,
      { ...common, ...onAuthority, COORDINATION_TABLE: coordination.tableName },
      { description: 'Takes the incident lock', timeoutSeconds: quickSeconds, memoryMiB: smallMiB },
    );
    authority.grant(acquire, 'GetItem');
    coordination.grant(acquire, 'GetItem', 'PutItem', 'DeleteItem');
    this.#parts.state.grantJournal(acquire);

    const assess = this.#add(
      assessEstate,
      { ...common, ...onAuthority, CAPTURES_TABLE: captures.tableName },
      { description: 'Says what a failover will do', timeoutSeconds: quickSeconds, memoryMiB: smallMiB },
    );
    authority.grant(assess, 'GetItem');
    captures.grant(assess, 'GetItem');
    this.#parts.state.grantJournal(assess);
    stores.grantListing(assess);
    stores.grantMetrics(assess);

    const claim = this.#add(
      claimAuthority,
      { ...common, ...onAuthority, COORDINATION_TABLE: coordination.tableName },
      { description: 'Makes this region the active one', timeoutSeconds: quickSeconds, memoryMiB: smallMiB },
    );
    authority.grant(claim, 'GetItem', 'UpdateItem');
    coordination.grant(claim, 'GetItem', 'Query', 'UpdateItem');
    this.#parts.state.grantJournal(claim);

    const close = this.#add(closeIncident, closingEnvironment(this.#parts), {
      description: 'Ends an incident and tells the operators',
      timeoutSeconds: quickSeconds,
      memoryMiB: smallMiB,
    });
    grantClosing(close, this.#parts);
  }

  #data(): void {
    const { authority, journal } = this.#parts.state;
    const { stores } = this.#parts;
    const environment = {
      PLAN_FILE: deployedPlanFile,
      JOURNAL_TABLE: journal.tableName,
      AUTHORITY_TABLE: authority.tableName,
      AUTHORITY_REGION: authority.region,
    };

    const fence = this.#add(fenceStores, environment, {
      description: 'Says what keeps the old writers from writing',
      timeoutSeconds: quickSeconds,
      memoryMiB: smallMiB,
    });
    authority.grant(fence, 'GetItem');
    this.#parts.state.grantJournal(fence);
    stores.grantListing(fence);

    const promote = this.#add(promoteStores, environment, {
      description: 'Lets all databases of the failover take writes here',
      timeoutSeconds: kubernetesReadSeconds,
      memoryMiB: smallMiB,
    });
    authority.grant(promote, 'GetItem');
    this.#parts.state.grantJournal(promote);
    stores.grantListing(promote);
    stores.grant(promote, 'DescribeDBClusters', 'FailoverGlobalCluster');
  }

  #scaling(): void {
    const { authority, captures, journal } = this.#parts.state;
    const { clusters } = this.#parts;
    const common = {
      PLAN_FILE: deployedPlanFile,
      CAPTURES_TABLE: captures.tableName,
      JOURNAL_TABLE: journal.tableName,
    };

    const nodes = this.#add(scaleNodeGroups, common, {
      description: 'Asks for as many nodes as the active region had',
      timeoutSeconds: quickSeconds,
      memoryMiB: smallMiB,
    });
    captures.grant(nodes, 'GetItem');
    this.#parts.state.grantJournal(nodes);
    clusters.grantNodeGroups(nodes, 'DescribeNodegroup', 'UpdateNodegroupConfig');

    const recover = this.#add(
      recoverApplications,
      { ...common, AUTHORITY_TABLE: authority.tableName, AUTHORITY_REGION: authority.region },
      {
        description: 'Starts applications in their order and looks until they are ready',
        timeoutSeconds: kubernetesWriteSeconds,
        memoryMiB: kubernetesMiB,
      },
    );
    authority.grant(recover, 'GetItem');
    captures.grant(recover, 'GetItem');
    this.#parts.state.grantJournal(recover);
    clusters.grantRecovery(recover);
  }

  #traffic(): void {
    const { authority, journal } = this.#parts.state;
    const common = { PLAN_FILE: deployedPlanFile, JOURNAL_TABLE: journal.tableName };

    const shift = this.#add(
      shiftTraffic,
      { ...common, AUTHORITY_TABLE: authority.tableName, AUTHORITY_REGION: authority.region },
      { description: 'Lets this region serve', timeoutSeconds: quickSeconds, memoryMiB: smallMiB },
    );
    authority.grant(shift, 'GetItem', 'UpdateItem');
    this.#parts.state.grantJournal(shift);
    const { foundation, region } = this.#parts;
    grantRecordChanges(shift, foundation.plan, region, 'CREATE', 'DELETE', 'UPSERT');
    grantRoutingControls(shift, foundation.plan, region);

    const verify = this.#add(verifyTraffic, common, {
      description: 'Asks the name servers where the traffic goes',
      timeoutSeconds: kubernetesReadSeconds,
      memoryMiB: smallMiB,
    });
    this.#parts.state.grantJournal(verify);
  }

  #add<C extends Contract>(contract: C, environment: EnvironmentOf<C>, traits: Traits): LifeboatFunction<C> {
    const { foundation } = this.#parts;
    const made = new LifeboatFunction(this, pascalCase(contract.name), {
      foundation,
      contract,
      environment,
      ...traits,
    });
    this.byName[contract.name] = made;
    return made;
  }
}
