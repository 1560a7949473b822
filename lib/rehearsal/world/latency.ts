import { InputError } from '../../plan/input-error.ts';

/**
 * Where AWS's regions are: [latitude, longitude] of the city or state that AWS names for each region
 * (https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html).
 */
const regionPlaces: Readonly<Record<string, readonly [number, number]>> = {
  'af-south-1': [-33.9, 18.4],
  'ap-east-1': [22.3, 114.2],
  'ap-northeast-1': [35.7, 139.7],
  'ap-northeast-2': [37.6, 127.0],
  'ap-northeast-3': [34.7, 135.5],
  'ap-south-1': [19.1, 72.9],
  'ap-south-2': [17.4, 78.5],
  'ap-southeast-1': [1.35, 103.8],
  'ap-southeast-2': [-33.9, 151.2],
  'ap-southeast-3': [-6.2, 106.8],
  'ap-southeast-4': [-37.8, 145.0],
  'ca-central-1': [45.5, -73.6],
  'ca-west-1': [51.0, -114.1],
  'eu-central-1': [50.1, 8.7],
  'eu-central-2': [47.4, 8.5],
  'eu-north-1': [59.3, 18.1],
  'eu-south-1': [45.5, 9.2],
  'eu-south-2': [41.6, -0.9],
  'eu-west-1': [53.3, -6.3],
  'eu-west-2': [51.5, -0.1],
  'eu-west-3': [48.9, 2.4],
  'il-central-1': [32.1, 34.8],
  'me-central-1': [25.2, 55.3],
  'me-south-1': [26.2, 50.6],
  'sa-east-1': [-23.6, -46.6],
  'us-east-1': [38.9, -77.4],
  'us-east-2': [40.0, -83.0],
  'us-west-1': [37.8, -122.4],
  'us-west-2': [45.8, -119.7],
};

/** Light in fibre: 4.9 µs per km one way (ITU-T G.652, group index 1.468), so 0.0098 ms per km of round trip. */
const fibreRoundTripMsPerKm = 0.0098;
/** Cables are longer than the great circle; 1.5 puts Dublin–Frankfurt at 16 ms and Virginia–Oregon at 51 ms. */
const cableDetour = 1.5;
/** Between two machines of one region; AWS gives single-digit milliseconds between zones (well below 2 in practice). */
const withinRegionRoundTripMs = 1;

/** Milliseconds of a round trip between two regions. */
export function roundTripMs(fromRegion: string, toRegion: string): number {
  if (fromRegion === toRegion) return withinRegionRoundTripMs;
  return (
    withinRegionRoundTripMs + kilometres(placeOf(fromRegion), placeOf(toRegion)) * fibreRoundTripMsPerKm * cableDetour
  );
}

function placeOf(region: string): readonly [number, number] {
  const place = regionPlaces[region];
  if (place === undefined) {
    throw new InputError(
      `The rehearsal doesn't know where region ${region} is; it knows ${Object.keys(regionPlaces).join(', ')}`,
    );
  }
  return place;
}

/** Great-circle distance (haversine). */
function kilometres(from: readonly [number, number], to: readonly [number, number]): number {
  const radians = Math.PI / 180;
  const latitude = Math.sin(((to[0] - from[0]) * radians) / 2) ** 2;
  const longitude = Math.sin(((to[1] - from[1]) * radians) / 2) ** 2;
  const a = latitude + Math.cos(from[0] * radians) * Math.cos(to[0] * radians) * longitude;
  return 2 * 6371 * Math.asin(Math.sqrt(a));
}

/**
 * Median milliseconds that a service takes to answer inside its region. Only `dynamodb` (single-digit milliseconds:
 * its developer guide, «Amazon DynamoDB features») is AWS's own figure; the rest are round figures for control
 * planes and data planes, which a scenario may replace. Unverified: world.service-answers.
 */
export const defaultServiceMs: Readonly<Record<string, number>> = {
  cloudwatch: 20,
  dynamodb: 5,
  eks: 60,
  eventbridge: 15,
  kms: 8,
  lambda: 10,
  logs: 15,
  rds: 100,
  'route-53': 100,
  s3: 30,
  scheduler: 20,
  sfn: 30,
  sns: 20,
  sqs: 10,
  sts: 15,
};
export const otherServiceMs = 20;
