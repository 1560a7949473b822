import type { ClusterAccess } from './cluster-access.ts';
import type { DataStoreAccess } from './data-store-access.ts';
import type { Foundation } from './foundation.ts';
import type { OperatorsTopic } from './operators-topic.ts';
import type { RegionState } from './region-state.ts';

/** What the functions of a region are wired to. */
export interface RegionParts {
  readonly region: string;
  readonly foundation: Foundation;
  readonly state: RegionState;
  readonly topic: OperatorsTopic;
  readonly clusters: ClusterAccess;
  readonly stores: DataStoreAccess;
}
