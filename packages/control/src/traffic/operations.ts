import type { Implementation } from '../operation/implementation.ts';
import type { TrafficDependencies } from './dependencies.ts';
import { getHealth } from './get-health.ts';
import { listCalls } from './list-calls.ts';

/** Reading what nodes have told of their traffic; it is written by `takeReport`. */
export function trafficOperations(dependencies: TrafficDependencies): Implementation[] {
  return [getHealth(dependencies), listCalls(dependencies)];
}
