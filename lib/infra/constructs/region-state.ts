import { Stack } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import { authorityTableName, capturesTableName, peerRegion } from '../../plan/names.ts';
import type { Plan } from '../../plan/plan.ts';
import { keyAlias, tableArn } from '../arns.ts';
import type { Foundation } from './foundation.ts';
import type { LifeboatFunction } from './lifeboat-function.ts';
import { capturesTable, coordinationTable, journalTable } from './state-tables.ts';
import { TableAccess } from './table-access.ts';

/** The tables that a region's functions use: its own, the authority, and the other region's captures. */
export class RegionState extends Construct {
  readonly authority: TableAccess;
  readonly coordination: TableAccess;
  readonly captures: TableAccess;
  readonly peerCaptures: TableAccess;
  readonly journal: TableAccess;

  constructor(scope: Construct, id: string, props: { readonly foundation: Foundation; readonly region: string }) {
    super(scope, id);
    const { plan } = props.foundation;
    this.authority = this.#authority(plan, props.region);
    this.coordination = coordinationTable(this, props.foundation);
    this.captures = capturesTable(this, props.foundation);
    this.journal = journalTable(this, props.foundation);
    const peer = peerRegion(plan, props.region);
    this.peerCaptures = new TableAccess({
      tableName: capturesTableName(plan),
      tableArn: tableArn(this, peer, capturesTableName(plan)),
      region: peer,
      key: {
        anyKeyArn: Stack.of(this).formatArn({ service: 'kms', region: peer, resource: 'key', resourceName: '*' }),
        alias: keyAlias(plan),
      },
    });
  }

  /** What a function that writes entries needs: it looks up which numbers are taken. */
  grantJournal(grantee: LifeboatFunction): void {
    this.journal.grant(grantee, 'PutItem', 'Query');
  }

  /** A strong table is read and written at the replica of the own region; a regional one where it lies. */
  #authority(plan: Plan, region: string): TableAccess {
    const at = plan.authority.kind === 'strong' ? region : plan.regions.standby;
    const tableName = authorityTableName(plan);
    return new TableAccess({ tableName, tableArn: tableArn(this, at, tableName), region: at });
  }
}
