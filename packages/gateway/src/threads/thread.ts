import { type MessagePort, parentPort, receiveMessageOnPort, threadId, workerData } from 'node:worker_threads';
import type { ApiRevisionSnapshot, Problem, Snapshot } from '@gatehouse/contract';
import { NonceTable } from '../authentication/nonce-table.ts';
import { ProcessNonces } from '../authentication/nonces.ts';
import { type CompileResult, compileSnapshot } from '../compile/compile-snapshot.ts';
import type { CompiledSnapshot } from '../compile/compiled.ts';
import { CredentialTable } from '../credentials/credential-table.ts';
import { debugExchange } from '../debug/debug-exchange.ts';
import type { Exchange } from '../exchange/exchange.ts';
import { Gateway } from '../gateway.ts';
import type { Services } from '../pipeline/policy-kind.ts';
import { compileCidrs } from '../shared/address.ts';
import { createRateTable } from '../shared/shared-rate-table.ts';
import { CallSample, THREAD_CALL_LIMITS } from '../telemetry/call-sample.ts';
import { ThreadMetrics } from '../telemetry/metrics.ts';
import { createTelemetry } from '../telemetry/telemetry.ts';
import { Deadlines } from '../upstream/deadlines.ts';
import { TargetStates } from '../upstream/target-states.ts';
import { type StagedUpstreams, UpstreamRegistry } from '../upstream/upstream-registry.ts';
import { createListener, createTlsListener } from '../wire/create-listener.ts';
import { createHostAddresses } from '../wire/dns/host-addresses.ts';
import { ClientCertificateRules } from '../wire/tls/client-certificate-rules.ts';
import type { ListenerOptions } from '../wire/wire.ts';
import { inSlices } from './in-slices.ts';
import type { FromThread, PrepareMessage, RoutesPiece, ThreadData, ToThread } from './messages.ts';

/** A thread that carries traffic: one listening socket, one compiled copy of the snapshot. The entry of the worker. */

const main = parentPort as MessagePort;
const data = workerData as ThreadData;
const { settings } = data;

const metrics = new ThreadMetrics();
const telemetry = createTelemetry({
  accessLog: settings.accessLog,
  file: data.accessLogFile,
  metrics,
  onLogError: (error) => send({ type: 'log-failed', message: error.message }),
});
/** Null as long as nobody asks for calls: without a control plane nobody does. */
let calls: CallSample | null = null;
const deadlines = new Deadlines();
const slots = new Map<string, number>();
const upstreams = new UpstreamRegistry({
  states: new TargetStates(data.states, data.thread),
  deadlines,
  events: {
    retried: ({ options }) => metrics.retried(options.backend, options.environment),
    ejected: ({ options }, target) => metrics.ejected(options.backend, options.environment, target),
  },
  hosts: createHostAddresses(settings.dns),
  slotOf(id) {
    const slot = slots.get(id);
    if (slot === undefined) throw new Error(`The target ${id} has no slot`);
    return slot;
  },
});
const { redis, timeout: sharedTimeoutMs, whenUnavailable } = settings.shared;
const sharedNonces =
  redis === undefined
    ? null
    : // Its client takes some MB in each thread: only where there is one.
      new (await import('../authentication/redis-nonces.ts')).RedisNonces({
        url: redis,
        timeoutMs: sharedTimeoutMs,
        changed: (reachable, reason) => send({ type: 'shared-store', reachable, reason }),
      });
const services: Services = {
  rates: createRateTable(data.rates, threadId),
  credentials: new CredentialTable(data.credentials, data.thread),
  nonces: new ProcessNonces(new NonceTable(data.nonces, threadId), sharedNonces, whenUnavailable),
  now: Date.now,
};

const { tls } = settings;
const clientCertificates = tls === undefined ? null : new ClientCertificateRules(tls);
const gateway = new Gateway({
  isTrusted: settings.trustedProxies.length === 0 ? null : compileCidrs(settings.trustedProxies),
  clientCertificates,
  bodyBytesMax: settings.limits.bodyBytes,
  record: recorder(),
  refused: (reason) => metrics.malformed(reason),
  log: {
    failed(exchange, what, error) {
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      send({ type: 'failure', requestId: exchange.requestId, what, message, stack: stack ?? '' });
    },
  },
});

const listenerOptions: ListenerOptions = {
  host: settings.listen.host,
  port: data.port,
  reusePort: data.reusePort,
  headerBytes: settings.limits.headerBytes,
  uriBytes: settings.limits.uriBytes,
  headersTimeoutMs: settings.limits.headersTimeout,
  bodyTimeoutMs: settings.limits.bodyTimeout,
  requestTimeoutMs: settings.limits.requestTimeout,
  idleTimeoutMs: settings.limits.idleTimeout,
  connectionsMax: settings.limits.connections,
};
const listener = createListener({ wire: settings.wire, http2: settings.http2.cleartext }, listenerOptions, gateway, deadlines);
const tlsListener =
  tls === undefined
    ? null
    : createTlsListener(
        { ...listenerOptions, host: tls.listen.host, port: data.tlsPort, tls, ticketKeys: Buffer.from(data.ticketKeys) },
        gateway,
        deadlines,
      );

const SERIES_PER_DELTA = 500;

interface Prepared {
  number: number;
  compiled: CompiledSnapshot;
  staged: StagedUpstreams;
}

let prepared: Prepared | null = null;
/** The snapshot whose compilation was asked for last; an older one that is still being compiled is dropped. */
let wanted = 0;
let listening = false;

main.on('message', (message: ToThread) => {
  switch (message.type) {
    case 'prepare':
      wanted = message.number;
      void prepare(message);
      break;
    case 'commit':
      if (prepared?.number === message.number) void commit(prepared);
      break;
    case 'discard':
      if (prepared?.number === message.number) prepared = null;
      break;
    case 'flush':
      flush(message.id);
      break;
    case 'debug':
      debugExchange(gateway, message.call).then(
        (result) => send({ type: 'debugged', id: message.id, answer: { result } }),
        (error: unknown) =>
          send({ type: 'debugged', id: message.id, answer: { failure: error instanceof Error ? error.message : String(error) } }),
      );
      break;
    case 'keep-calls':
      calls ??= new CallSample(THREAD_CALL_LIMITS);
      break;
    case 'reopen-log':
      telemetry.reopen();
      break;
    case 'certificates':
      tlsListener?.setCertificates(message.tls, Buffer.from(message.ticketKeys));
      clientCertificates?.update(message.tls);
      break;
    case 'drain':
      void drain(message.timeoutMs);
      break;
  }
});

async function prepare(message: PrepareMessage): Promise<void> {
  const { number } = message;
  try {
    const snapshot = await receive(message);
    if (wanted !== number) return;
    // All that the snapshot uses are sent: what is gone is forgotten.
    slots.clear();
    for (const [id, slot] of message.slots) slots.set(id, slot);
    const staged = upstreams.stage();
    const steps = compileSnapshot({ snapshot, services, upstreams: staged, previous: gateway.snapshot });
    let result: CompileResult | undefined;
    await inSlices(() => {
      if (wanted !== number) return true;
      const step = steps.next();
      if (step.done === true) result = step.value;
      return step.done === true;
    });
    if (result === undefined) return;
    if (result.compiled === undefined) return reject(number, result.problems);
    prepared = { number, compiled: result.compiled, staged };
    send({ type: 'prepared', number });
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    reject(number, [{ severity: 'error', code: 'snapshot.failed', message: `The snapshot could not be compiled: ${text}` }]);
  }
}

function reject(number: number, problems: Problem[]): void {
  send({ type: 'rejected', number, problems });
}

/** Puts the snapshot together from its pieces. */
async function receive({ snapshot, routes: port }: PrepareMessage): Promise<Snapshot> {
  const routes: ApiRevisionSnapshot['routes'][] = snapshot.revisions.map(() => []);
  await inSlices(() => {
    const received = receiveMessageOnPort(port) as { message: RoutesPiece | null } | undefined;
    if (received === undefined || received.message === null) return received !== undefined;
    const [revision, text] = received.message;
    routes[revision]?.push(...(JSON.parse(text) as ApiRevisionSnapshot['routes']));
    return false;
  });
  port.close();
  return { ...snapshot, revisions: snapshot.revisions.map((revision, index) => ({ ...revision, routes: routes[index] ?? [] })) };
}

async function commit({ number, compiled, staged }: Prepared): Promise<void> {
  prepared = null;
  const previous = gateway.snapshot;
  gateway.swap(compiled);
  upstreams.commit(staged);
  if (!listening) {
    listening = true;
    try {
      await Promise.all([listener.listen(), tlsListener?.listen()]);
    } catch (error) {
      send({ type: 'listen-failed', message: error instanceof Error ? error.message : String(error) });
      return;
    }
  }
  send({ type: 'committed', number });
  if (previous !== null) await retire(previous, compiled);
}

/** Lets the policies that the new snapshot no longer has clean up. */
async function retire(previous: CompiledSnapshot, live: CompiledSnapshot): Promise<void> {
  const kept = new Set(live.publications);
  const gone = previous.publications.filter((publication) => !kept.has(publication)).flatMap((publication) => publication.policies);
  if (previous.global !== live.global) gone.push(...previous.global.attached.map((policy) => policy.steps));
  for (const steps of gone) {
    try {
      await steps.close?.();
    } catch (error) {
      // The snapshot is live already; a policy that cannot clean up must not take the thread down.
      const { message, stack } = error instanceof Error ? error : new Error(String(error));
      send({ type: 'failure', requestId: '', what: 'closing a policy', message, stack: stack ?? '' });
    }
  }
}

async function drain(timeoutMs: number): Promise<void> {
  if (listening) await Promise.all([listener.drain(timeoutMs), tlsListener?.drain(timeoutMs)]);
  sharedNonces?.close();
  await telemetry.close();
  send({ type: 'metrics', id: 0, delta: { ...metrics.drain(), calls: calls?.drain() ?? [] } });
  send({ type: 'drained' });
}

/** Hands over what has been counted, some series at a time, so that many of them do not hold up requests. */
function flush(id: number): void {
  const delta = metrics.drain(SERIES_PER_DELTA);
  if (calls !== null) delta.calls = calls.drain();
  send({ type: 'metrics', id: delta.more ? 0 : id, delta });
  if (delta.more) setImmediate(flush, id);
}

function send(message: FromThread): void {
  main.postMessage(message);
}

/** The record function; tests can ask for one that crashes the thread, to see that another takes its place. */
function recorder(): (exchange: Exchange, nowMs: number) => void {
  const record = (exchange: Exchange, nowMs: number) => {
    telemetry.record(exchange, nowMs);
    if (calls !== null) calls.note(exchange, nowMs);
  };
  if (process.env.GATEHOUSE_TEST_CRASH !== '1') return record;
  return (exchange, nowMs) => {
    record(exchange, nowMs);
    if (exchange.request.has('x-gatehouse-test-crash')) {
      setImmediate(() => {
        throw new Error('A crash was asked for');
      });
    }
  };
}
