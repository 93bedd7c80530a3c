import { OPERATION_LENGTH_MAX, OTHER_OPERATIONS } from '@gatehouse/contract';
import type { TakenTraffic } from '../telemetry/traffic-recorder.ts';

/** Of one report, as JSON; the control plane takes 8 MiB. */
const BYTES_MAX = 2 * 1024 * 1024;

/**
 * What was taken, in pieces that one report can hold. Templates of paths come from definitions, of which one team's must not keep what is
 * counted of the others' from being told.
 */
export function inPieces({ series, calls, lost }: TakenTraffic): TakenTraffic[] {
  const told = {
    series: series.map((one) => (one.operation.length > OPERATION_LENGTH_MAX ? { ...one, operation: OTHER_OPERATIONS } : one)),
    calls: calls.map((call) =>
      call.operation !== null && call.operation.length > OPERATION_LENGTH_MAX ? { ...call, operation: OTHER_OPERATIONS } : call,
    ),
    lost,
  };
  return split(told);
}

/** The same in two; undefined: it cannot be less. */
export function halve({ series, calls, lost }: TakenTraffic): [TakenTraffic, TakenTraffic] | undefined {
  if (series.length + calls.length < 2) return undefined;
  const [ofSeries, ofCalls] = [Math.ceil(series.length / 2), Math.floor(calls.length / 2)];
  return [
    { series: series.slice(0, ofSeries), calls: calls.slice(0, ofCalls), lost },
    { series: series.slice(ofSeries), calls: calls.slice(ofCalls), lost: 0 },
  ];
}

function split(taken: TakenTraffic): TakenTraffic[] {
  if (Buffer.byteLength(JSON.stringify(taken)) <= BYTES_MAX) return [taken];
  return halve(taken)?.flatMap(split) ?? [taken];
}
