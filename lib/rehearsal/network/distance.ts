type Continent = 'north-america' | 'south-america' | 'europe' | 'asia-pacific' | 'middle-east' | 'africa';

/**
 * Median round trips between AWS regions of two continents in milliseconds, rounded: www.cloudping.co (one-year
 * percentile 50). Unverified for a single pair of regions (network.region-distance); only the order of magnitude matters
 * to a rehearsal.
 */
const betweenContinentsMs: Readonly<Record<string, number>> = {
  'europe/north-america': 100,
  'asia-pacific/north-america': 160,
  'asia-pacific/europe': 190,
  'north-america/south-america': 130,
  'europe/south-america': 200,
  'europe/middle-east': 110,
  'africa/europe': 160,
};
const withinContinentMs: Readonly<Record<Continent, number>> = {
  'north-america': 50,
  'south-america': 20,
  europe: 22,
  'asia-pacific': 80,
  'middle-east': 30,
  africa: 20,
};
const farthestMs = 250;
/** Between zones of one region, load balancer included. */
const sameRegionMs = 2;
/** People and their resolvers sit close to an edge of the region that serves them. */
const fromOutsideMs = 30;

/** Median round trip between two places in milliseconds. A place that isn't an AWS region (`internet-1`) is outside, near everything. */
export function roundTripMs(from: string, to: string): number {
  if (from === to) return sameRegionMs;
  const here = continentOf(from);
  const there = continentOf(to);
  if (here === undefined || there === undefined) return fromOutsideMs;
  if (here === there) return withinContinentMs[here];
  return betweenContinentsMs[[here, there].sort().join('/')] ?? farthestMs;
}

function continentOf(place: string): Continent | undefined {
  const area = /^(?:checker-)?([a-z]{2,4})-/.exec(place)?.[1];
  if (area === 'us' || area === 'ca' || area === 'mx') return 'north-america';
  if (area === 'eu' || area === 'eusc') return 'europe';
  if (area === 'ap' || area === 'cn') return 'asia-pacific';
  if (area === 'sa') return 'south-america';
  if (area === 'me' || area === 'il') return 'middle-east';
  return area === 'af' ? 'africa' : undefined;
}
