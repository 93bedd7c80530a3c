import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { guard } from '../../support/command.ts';
import { freePort } from '../../support/ports.ts';

const SERVER = fileURLToPath(new URL('../../../examples/petstore/server.ts', import.meta.url));

/** The pet store of the examples as a process of its own, as it is deployed: everything that it is told stands in its environment. */
export class PetstoreProcess {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #printed: string[] = [];

  private constructor(child: ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
    for (const stream of [child.stdout, child.stderr]) {
      if (stream !== null) createInterface(stream).on('line', (line) => this.#printed.push(line));
    }
  }

  /** Starts it; it listens when it has printed so. */
  static async start(environment: string, env: Readonly<Record<string, string>>): Promise<PetstoreProcess> {
    const port = await freePort();
    const args = [SERVER, '--port', String(port), '--environment', environment];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const watch = guard(child);
    child.once('close', () => {
      watch?.kill('SIGKILL');
      watch?.stdin?.destroy();
    });
    return new PetstoreProcess(child, `http://127.0.0.1:${port}`);
  }

  /** Everything that it has printed. */
  get log(): string {
    return this.#printed.join('\n');
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGTERM');
    await once(this.#child, 'close');
  }
}
