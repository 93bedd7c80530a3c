import { mkdirSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BODY_BYTES } from '../load/request.ts';
import { type Child, type Command, startChild } from '../process/children.ts';
import { findFreePort } from '../process/ports.ts';
import { measureProcessTree } from '../process/process-tree.ts';
import { canConnect, probe } from './probe.ts';
import type { Place, ProxyDescriptor } from './proxies/proxy.ts';

/** How long a proxy may take until it answers. */
const START_MS_MAX = 60_000;

export interface RunningProxy {
  proxy: ProxyDescriptor;
  place: Place;
  child: Child;
  /** Milliseconds from the command to the first connection that was accepted. */
  listeningMs: number;
  /** Milliseconds from the command to the first right answer. */
  readyMs: number;
  /** CPU time so far and resident memory of its processes. */
  measure(): { cpuMicros: number; rssBytes: number };
  /** Empties its logs: a disk that fills up would measure something else. */
  truncateLogs(): void;
}

/** Prepares and starts a proxy, waits for its first right answer and checks that its chain is at work. */
export async function startProxy(proxy: ProxyDescriptor, root: string, originPort: number, cores: string): Promise<RunningProxy> {
  const port = await findFreePort();
  const directory = join(root, `${proxy.name}-${port}`);
  mkdirSync(directory);
  const place: Place = { directory, port, adminPort: await findFreePort(), originPort };
  const command = await proxy.prepare(place);
  const child = startChild(proxy.name, command, cores, join(directory, 'output.log'));
  try {
    const { listeningMs, readyMs } = await waitUntilReady(child, port);
    await checkAnswer(proxy, port);
    return {
      proxy,
      place,
      child,
      listeningMs,
      readyMs,
      measure() {
        const ended = child.ended();
        if (ended !== undefined) throw new Error(`${proxy.name} ended during the run: ${ended}\n${child.tail()}`);
        return measureProcessTree(child.pid);
      },
      truncateLogs() {
        for (const log of proxy.logs ?? []) truncateSync(join(directory, log));
      },
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}

/** Starts the origin and waits for its first answer. */
export async function startOrigin(
  prepare: (directory: string, port: number) => Command,
  root: string,
  cores: string,
): Promise<{ port: number; child: Child }> {
  const port = await findFreePort();
  const directory = join(root, 'origin');
  mkdirSync(directory);
  const child = startChild('origin', prepare(directory, port), cores, join(directory, 'output.log'));
  await waitUntilReady(child, port);
  return { port, child };
}

async function waitUntilReady(child: Child, port: number): Promise<{ listeningMs: number; readyMs: number }> {
  let listeningMs = -1;
  let last = 'nothing is listening';
  for (;;) {
    const elapsedMs = performance.now() - child.startedMs;
    const ended = child.ended();
    if (ended !== undefined) throw new Error(`${child.name} did not start: ${ended}\n${child.tail()}`);
    if (elapsedMs > START_MS_MAX) throw new Error(`${child.name} did not answer in time: ${last}\n${child.tail()}`);
    if (listeningMs === -1 && (await canConnect(port))) listeningMs = performance.now() - child.startedMs;
    if (listeningMs !== -1) {
      const answer = await probe(port);
      if (answer.status === 200) return { listeningMs, readyMs: performance.now() - child.startedMs };
      last = answer.status === 0 ? answer.error : `status ${answer.status}`;
    }
    await sleep(5);
  }
}

/** A proxy that answers something else would be measured for work that it does not do. */
async function checkAnswer(proxy: ProxyDescriptor, port: number): Promise<void> {
  const { bytes, fields } = await probe(port);
  if (bytes !== BODY_BYTES) throw new Error(`${proxy.name} answers ${bytes} bytes in the place of ${BODY_BYTES}`);
  if (proxy.proof !== undefined && fields[proxy.proof] === undefined) throw new Error(`${proxy.name} answers without ${proxy.proof}`);
}
