import { DEFINITION_BYTES_MAX } from './definition/definition.ts';
import { type DefinitionSource, isAdapter, readDefinition } from './definition/read-definition.ts';
import { createFiles, createPush, type EntityOptions } from './entity/create-entities.ts';
import { logLine, type OnboardLogger } from './log.ts';
import type { MetadataOptions } from './metadata/metadata.ts';
import { readMetadata, type Variables } from './metadata/read-metadata.ts';
import { messageOf, OnboardRefusal } from './refusal.ts';
import { createTargets, TARGET_VARIABLES } from './targets/create-targets.ts';
import { type Delivery, deliver } from './targets/deliver.ts';
import { type Target, type TargetOptions, TargetRefusal } from './targets/target.ts';
import { nextTurn, pause, withTimeout } from './time.ts';

export interface OnboardOptions extends MetadataOptions, EntityOptions {
  /** Where the OpenAPI document comes from. */
  definition: DefinitionSource;
  /** Where it goes; one or several. Default: `GATEHOUSE_ONBOARD_TARGET`; without that either, nothing is done. */
  target?: TargetOptions | readonly TargetOptions[];
  /** Default: the console; `false`: nothing is said. */
  logger?: OnboardLogger | false;
  /** Gives up when it aborts. */
  signal?: AbortSignal;
  /** Longest time for one round, once the service is set up; default 30,000. */
  timeoutMs?: number;
  /** When a target could not be written to, further rounds are begun for so long; default an hour. 0: there is one round. */
  retryForMs?: number;
  /** Before the second round; then twice as long each time, up to 10 minutes, part of it chance. Default 30,000. */
  retryPauseMs?: number;
  /** Longest wait for one attempt to write; default 5,000. */
  attemptTimeoutMs?: number;
  /** Attempts to write a file; default 5. */
  attempts?: number;
  /** Longest wait until the framework says that the service is set up; default 5 minutes. */
  readyTimeoutMs?: number;
  /** Largest document, in bytes; default and most 20 MiB. */
  definitionBytesMax?: number;
  /** Environment variables; default: those of the process. */
  env?: Variables;
}

export interface OnboardResult {
  /**
   * `written`: something was. `unchanged`: everything was there already. `skipped`: there is no target. `refused`: it cannot be done as it
   * is. `failed`: it may work another time. `cancelled`: it was given up.
   */
  outcome: 'written' | 'unchanged' | 'skipped' | 'refused' | 'failed' | 'cancelled';
  /** The line that was logged. */
  message: string;
  files: Delivery[];
}

export interface OnboardHandle {
  /** Never rejects. Does not keep the process alive: a process with nothing else to do ends before it settles. */
  done: Promise<OnboardResult>;
  /** Gives up what is not done yet. */
  cancel(): void;
}

/**
 * Makes the OpenAPI document and the catalog entities of this service and puts them where a catalog finds them. Call it once, when the
 * service listens. It never throws, never holds up the start or the end of the process, and says in one line of the log what became of it.
 */
export function onboard(options: OnboardOptions): OnboardHandle {
  const controller = new AbortController();
  const done = nextTurn()
    .then(() => run(options, controller))
    .catch((error: unknown): OnboardResult => ({ outcome: 'failed', message: messageOf(error), files: [] }))
    .then((result) => {
      const isGood = result.outcome !== 'refused' && result.outcome !== 'failed';
      logLine(
        safely(() => options.logger),
        isGood ? 'info' : 'warn',
        result.message,
      );
      return result;
    });
  return { done, cancel: () => controller.abort(new Cancelled('cancelled')) };
}

class Cancelled extends Error {}

/** What has been done so far: time may run out at any moment. */
interface Progress {
  files: Delivery[];
  /** Why the last attempt failed, by target. */
  failures: Map<string, unknown>;
}

const RETRY_FOR_MS = 3_600_000;
const RETRY_PAUSE_MS = 30_000;
const RETRY_PAUSE_MS_MIN = 10;
const RETRY_PAUSE_MS_MAX = 600_000;

/** A control plane or a store that is away for some minutes must not leave a service out of the catalog until its next start. */
async function run(options: OnboardOptions, controller: AbortController): Promise<OnboardResult> {
  const { retryForMs = RETRY_FOR_MS, retryPauseMs = RETRY_PAUSE_MS } = options;
  followSignal(options.signal, controller);
  const endMs = performance.now() + retryForMs;
  for (let round = 1; ; round += 1) {
    const progress: Progress = { files: [], failures: new Map() };
    const result = await runOnce(options, controller, progress);
    // Half of it is chance: the instances of all services would come back together.
    const pauseMs = Math.min(RETRY_PAUSE_MS_MAX, Math.max(RETRY_PAUSE_MS_MIN, retryPauseMs) * 2 ** (round - 1)) * (0.5 + Math.random() / 2);
    if (result.outcome !== 'failed' || progress.failures.size === 0 || !(performance.now() + pauseMs <= endMs)) return result;
    if (round === 1) {
      const until = `the service is not affected; it is tried again for ${Math.ceil(retryForMs / 60_000)} min`;
      logLine(options.logger, 'warn', `Not onboarded to the catalog yet: ${reasonsOf(progress)} (${until})`);
    }
    try {
      await pause(pauseMs, controller.signal);
    } catch (error) {
      return toFailure(error, controller.signal, progress);
    }
  }
}

async function runOnce(options: OnboardOptions, controller: AbortController, progress: Progress): Promise<OnboardResult> {
  const { signal } = controller;
  try {
    const env = options.env ?? process.env;
    const targets = createTargets(options.target, env);
    if (targets.length === 0) {
      const message = `Not onboarded to the catalog: no target is given, and ${TARGET_VARIABLES.target} is not set`;
      return { outcome: 'skipped', message, files: [] };
    }
    await whenReady(options, signal);
    const timeoutMs = options.timeoutMs ?? 30_000;
    const late = () => new Error(`it took longer than ${timeoutMs / 1000} s`);
    return await withTimeout(timeoutMs, signal, late, (within) => onboardTo(targets, options, env, { progress, signal: within }));
  } catch (error) {
    return toFailure(error, signal, progress);
  }
}

async function onboardTo(
  targets: readonly Target[],
  options: OnboardOptions,
  env: Variables,
  { progress, signal }: { progress: Progress; signal: AbortSignal },
): Promise<OnboardResult> {
  const metadata = readMetadata(options, env);
  const bytesMax = Math.min(options.definitionBytesMax ?? DEFINITION_BYTES_MAX, DEFINITION_BYTES_MAX);
  const definition = await readDefinition(options.definition, metadata, { bytesMax, signal });
  const files = targets.some(({ takes }) => takes === 'files') ? createFiles(metadata, definition, options) : [];
  const push = targets.some(({ takes }) => takes === 'push') ? [createPush(metadata, definition, options)] : [];
  const limits = { attempts: options.attempts ?? 5, attemptTimeoutMs: options.attemptTimeoutMs ?? 5_000, signal };
  const outcomes = await Promise.allSettled(
    targets.map((target) =>
      deliver(target, target.takes === 'push' ? push : files, {
        ...limits,
        progress: {
          onDelivery: (delivery) => progress.files.push(delivery),
          onFailure: (error) => progress.failures.set(target.name, error),
        },
      }).finally(() => target.close?.()),
    ),
  );
  const errors = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as unknown] : []));
  if (errors.length > 0)
    return toFailure(
      undefined,
      signal,
      progress,
      errors.every((error) => error instanceof TargetRefusal),
    );
  const isWritten = progress.files.some(({ state }) => state === 'written');
  const details = [describe(definition.operations), `from ${definition.origin}`, ...definition.notes].filter(Boolean).join(', ');
  const what = `${metadata.name} (${details})`;
  const where = targets.map(({ name }) => name).join(' and ');
  const message = isWritten ? `Onboarded ${what} to ${where}` : `Onboarded already: ${what} is unchanged at ${where}`;
  return { outcome: isWritten ? 'written' : 'unchanged', message, files: progress.files };
}

function describe(operations: number | undefined): string {
  return operations === undefined ? '' : `${operations} operation${operations === 1 ? '' : 's'}`;
}

async function whenReady({ definition, readyTimeoutMs = 300_000 }: OnboardOptions, signal: AbortSignal): Promise<void> {
  if (typeof definition !== 'object' || definition === null || !isAdapter(definition) || definition.ready === undefined) return;
  const late = () => new Error(`the service was not set up within ${readyTimeoutMs / 1000} s`);
  await withTimeout(readyTimeoutMs, signal, late, () => definition.ready?.() ?? Promise.resolve());
}

function toFailure(error: unknown, signal: AbortSignal, progress: Progress, isFinal = error instanceof OnboardRefusal): OnboardResult {
  const { files, failures } = progress;
  if (signal.aborted && signal.reason instanceof Cancelled) {
    return { outcome: 'cancelled', message: 'Not onboarded to the catalog: it was cancelled', files };
  }
  const why = [...(error === undefined ? [] : [messageOf(error)]), ...(failures.size === 0 ? [] : [reasonsOf(progress)])].join('; ');
  const advice = isFinal ? '' : ' (the service is not affected; the next start tries again)';
  return { outcome: isFinal ? 'refused' : 'failed', message: `Not onboarded to the catalog: ${why}${advice}`, files };
}

function reasonsOf({ failures }: Progress): string {
  return [...failures].map(([target, reason]) => `${target}: ${messageOf(reason)}`).join('; ');
}

function followSignal(signal: AbortSignal | undefined, controller: AbortController): void {
  if (signal === undefined) return;
  const abort = () => controller.abort(new Cancelled('cancelled'));
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
}

function safely<T>(get: () => T): T | undefined {
  try {
    return get();
  } catch {
    return undefined;
  }
}
