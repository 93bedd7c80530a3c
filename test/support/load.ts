import { Agent, type IncomingMessage, request } from 'node:http';

/** What an ordinary client got for one request. */
export interface LoadAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: string;
}

/** One request with node:http; rejects when there is no whole answer. */
export function fetchOver(agent: Agent, url: string): Promise<LoadAnswer> {
  return new Promise((resolve, reject) => {
    const call = request(url, { agent }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        if (response.complete) resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
        else reject(new Error('The response was cut off'));
      });
      response.on('error', reject);
    });
    call.on('error', reject);
    call.end();
  });
}

/**
 * Clients that each keep one connection and send one request after the other until `stop` is called. `seen` is called with every
 * answer; a request that fails is an entry of `failures`.
 */
export class Load {
  readonly failures: string[] = [];
  answers = 0;
  readonly #agents: Agent[] = [];
  readonly #clients: Promise<void>[] = [];
  #stopped = false;

  constructor(url: string, clients: number, seen: (client: number, answer: LoadAnswer) => void) {
    for (let i = 0; i < clients; i++) {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      this.#agents.push(agent);
      this.#clients.push(this.#run(agent, url, (answer) => seen(i, answer)));
    }
  }

  async #run(agent: Agent, url: string, seen: (answer: LoadAnswer) => void): Promise<void> {
    while (!this.#stopped) {
      try {
        seen(await fetchOver(agent, url));
        this.answers++;
      } catch (error) {
        this.failures.push(error instanceof Error ? error.message : String(error));
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    for (const agent of this.#agents) agent.destroy();
  }
}
