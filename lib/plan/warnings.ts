import type { Plan } from './plan.ts';
import { namesInMode } from './traffic.ts';

/** What a plan may ask for and should do so knowingly. */
export interface Warning {
  readonly message: string;
  readonly remedy: string;
}

/** Degraded modes that the plan asks for by name, in the plan's order. */
export function planWarnings(plan: Pick<Plan, 'applications'>): Warning[] {
  return namesInMode(plan, 'record-change').map(({ name }) => ({
    message: `${name} moves by record-change, a degraded mode: in the middle of a failover it needs Route 53's control plane, which is in us-east-1`,
    remedy: 'set traffic: health-state, which needs no change',
  }));
}
