import type { Database } from '@gatehouse/database';
import type { ControlTables } from '../schema/tables.ts';
import type { TrafficRetention } from './sweep-traffic.ts';

export interface TrafficDependencies {
  database: Database<ControlTables>;
  retention: TrafficRetention;
  nowMs: () => number;
}
