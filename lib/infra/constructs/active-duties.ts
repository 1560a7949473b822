import { Construct } from 'constructs';
import { contract as captureReplicas } from '../../../lambdas/capture-replicas/contract.ts';
import { contract as createRecords } from '../../../lambdas/create-records/contract.ts';
import { contract as renewLease } from '../../../lambdas/renew-lease/contract.ts';
import { metricNamespace, peerRegion } from '../../plan/names.ts';
import { namesInMode } from '../../plan/traffic.ts';
import { deployedPlanFile } from '../arns.ts';
import { Beat } from './beat.ts';
import { grantIncidentEvents, yieldDetailType } from './incident-events.ts';
import { LifeboatFunction } from './lifeboat-function.ts';
import { loopTimeoutSeconds } from './probe.ts';
import type { RegionParts } from './region-parts.ts';
import { grantRecordChanges } from './traffic-access.ts';

/** What the active region does all the time: it renews its lease and tells the other one how much runs in it. */
export class ActiveDuties extends Construct {
  constructor(scope: Construct, id: string, parts: RegionParts) {
    super(scope, id);
    this.#renewLease(parts);
    this.#captureReplicas(parts);
    if (namesInMode(parts.foundation.plan, 'record-change').length > 0) this.#createRecords(parts);
  }

  #renewLease({ foundation, state, region }: RegionParts): void {
    const renew = new LifeboatFunction(this, 'RenewLease', {
      foundation,
      contract: renewLease,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        COORDINATION_TABLE: state.coordination.tableName,
      },
      description: 'Renews the lease of the active region and sends its heartbeat',
      timeoutSeconds: loopTimeoutSeconds,
      memoryMiB: 256,
      asynchronous: { retryAttempts: 0, maximumAgeSeconds: 60, isBeat: true },
    });
    state.authority.grant(renew, 'GetItem', 'PutItem', 'UpdateItem');
    state.coordination.grant(renew, 'UpdateItem');
    grantIncidentEvents(renew, yieldDetailType);
    const reason = 'PutMetricData knows no resources; namespace and region keep it narrow';
    renew.allowWildcard(['cloudwatch:PutMetricData'], ['*'], reason, {
      StringEquals: {
        'cloudwatch:namespace': metricNamespace,
        'aws:RequestedRegion': peerRegion(foundation.plan, region),
      },
    });
    new Beat(this, 'RenewLeaseBeat', {
      foundation,
      target: renew,
      name: renewLease.name,
      description: 'Renews the lease of the active region',
      everyMinutes: 1,
      input: {},
    });
  }

  #createRecords({ foundation, state, region }: RegionParts): void {
    const create = new LifeboatFunction(this, 'CreateRecords', {
      foundation,
      contract: createRecords,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
      },
      description: 'Creates the records that failovers change',
      timeoutSeconds: 50,
      memoryMiB: 256,
      asynchronous: { retryAttempts: 0, maximumAgeSeconds: 60, isBeat: true },
    });
    state.authority.grant(create, 'GetItem');
    grantRecordChanges(create, foundation.plan, region, 'CREATE');
    new Beat(this, 'CreateRecordsBeat', {
      foundation,
      target: create,
      name: createRecords.name,
      description: 'Creates the records that failovers change',
      everyMinutes: 1,
      input: {},
    });
  }

  #captureReplicas({ foundation, state, clusters }: RegionParts): void {
    const capture = new LifeboatFunction(this, 'CaptureReplicas', {
      foundation,
      contract: captureReplicas,
      environment: {
        PLAN_FILE: deployedPlanFile,
        AUTHORITY_TABLE: state.authority.tableName,
        AUTHORITY_REGION: state.authority.region,
        CAPTURES_TABLE: state.captures.tableName,
      },
      description: 'Tells both regions how much runs in the active one',
      timeoutSeconds: 120,
      memoryMiB: 1024,
      asynchronous: { retryAttempts: 1, maximumAgeSeconds: 300 },
    });
    state.authority.grant(capture, 'GetItem');
    state.captures.grant(capture, 'GetItem', 'PutItem');
    state.peerCaptures.grant(capture, 'PutItem');
    clusters.grantNodeGroups(capture, 'DescribeNodegroup');
    clusters.grantKubernetes(capture, 'AmazonEKSViewPolicy');
    new Beat(this, 'CaptureReplicasBeat', {
      foundation,
      target: capture,
      name: captureReplicas.name,
      description: 'Captures replica counts of the active region',
      everyMinutes: Math.max(1, Math.floor(foundation.plan.detection.captureIntervalSeconds / 60)),
      input: {},
    });
  }
}
