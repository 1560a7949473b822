import type { Pattern } from '../plan.ts';

export interface DraftStore {
  readonly name: string;
  readonly workload: string;
  /** What would replicate such a store outside the cluster, by its image. */
  readonly replicatedBy: string;
  readonly engine: string;
}

export interface DraftCheck {
  readonly namespace: string;
  readonly service: string;
  readonly port: number;
  readonly path: string;
}

export interface DraftDnsName {
  readonly name: string;
  readonly zone: string;
  /** No manifest says the name: it was made up. */
  readonly invented: boolean;
}

/** One application of the draft, with what the reader should know about it. */
export interface DraftApplication {
  readonly name: string;
  readonly namespace: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly groupReason: string;
  readonly owner?: string;
  readonly tier: 1 | 2 | 3 | 4;
  readonly tierReason: string;
  readonly pattern: Pattern;
  readonly patternReason: string;
  readonly dependsOn: readonly { readonly name: string; readonly because: string }[];
  readonly stores: readonly DraftStore[];
  readonly dns: readonly DraftDnsName[];
  readonly checks: readonly DraftCheck[];
  /** Sentences for comments: what was left out and why, what the reader must judge. */
  readonly notes: readonly string[];
}
