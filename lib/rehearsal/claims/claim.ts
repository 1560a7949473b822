/** A rule or a figure by which the simulated world goes. */
export interface Claim {
  /** `<service>.<rule>`, both in kebab case: `dynamodb.conditional-write`. */
  readonly id: string;
  /** What the world does, in one sentence. */
  readonly rule: string;
  /** Who says so: a page of documentation, or an observation that anybody can look up. Absent: nobody, it is unverified. */
  readonly source?: Source;
  /** Contract cases (test/real/) that hold the world and a real server to it, by id. */
  readonly cases: readonly string[];
  /** Where a server that the cases run against does otherwise than AWS, and who says so. */
  readonly differs?: string;
}

export type Source = `https://${string}`;

/** The claims of one simulated service. */
export interface ServiceClaims {
  /** The first part of the ids. */
  readonly service: string;
  /**
   * Names under which calls to the service are counted and traced; a rehearsal that called none of them rests on none of
   * the claims. `always`: the world goes by them whoever calls.
   */
  readonly calledAs: readonly string[] | 'always';
  readonly claims: readonly Claim[];
}

type Told = Omit<Claim, 'id' | 'cases'> & { readonly cases?: readonly string[] };

/** Claims by the second part of their ids, which an object's keys keep apart. */
export function claimsOf(
  service: string,
  calledAs: ServiceClaims['calledAs'],
  told: Readonly<Record<string, Told>>,
): ServiceClaims {
  const claims = Object.entries(told).map(([name, { cases = [], ...claim }]) => ({
    id: `${service}.${name}`,
    ...claim,
    cases,
  }));
  return { service, calledAs, claims };
}
