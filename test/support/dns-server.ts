import { createSocket, type Socket } from 'node:dgram';

export interface SrvRecord {
  host: string;
  port: number;
  priority?: number;
  weight?: number;
}

const TYPE_A = 1;
const TYPE_AAAA = 28;
const TYPE_SRV = 33;
const NO_SUCH_NAME = 3;

/** A DNS server that knows what it was told, SRV and A records, and whose records can be changed while it runs. RFC 1035, RFC 2782. */
export class DnsServer {
  /** By name, lower case. */
  readonly srv = new Map<string, SrvRecord[]>();
  readonly a = new Map<string, string[]>();
  /** IPv6 addresses, written out in eight groups. */
  readonly aaaa = new Map<string, string[]>();
  /** Of every record, in seconds. */
  ttlSeconds = 0;
  /** Questions get no answer. */
  silent = false;
  /** Names that were asked for by A, in their order. */
  readonly asked: string[] = [];
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('message', (query, peer) => {
      const answer = this.#answer(query);
      if (!this.silent) socket.send(answer, peer.port, peer.address);
    });
  }

  static async start(): Promise<DnsServer> {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(0, '127.0.0.1', resolve);
    });
    return new DnsServer(socket);
  }

  /** As `gateway.dns.servers` takes it. */
  get address(): string {
    return `127.0.0.1:${this.#socket.address().port}`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()));
  }

  #answer(query: Buffer): Buffer {
    const { name, end } = readName(query, 12);
    const type = query.readUInt16BE(end);
    const question = query.subarray(12, end + 4);
    if (type === TYPE_A) this.asked.push(name);
    const data = this.#recordsOf(name, type);
    const known = this.srv.has(name) || this.a.has(name) || this.aaaa.has(name);
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    // A response, authoritative, with recursion as it was desired.
    head.writeUInt16BE(0x8580 | (known ? 0 : NO_SUCH_NAME), 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(data.length, 6);
    return Buffer.concat([head, question, ...data.map((record) => toRecord(type, this.ttlSeconds, record))]);
  }

  #recordsOf(name: string, type: number): Buffer[] {
    if (type === TYPE_A) return (this.a.get(name) ?? []).map((address) => Buffer.from(address.split('.').map(Number)));
    if (type === TYPE_AAAA)
      return (this.aaaa.get(name) ?? []).map((address) =>
        Buffer.from(
          address
            .split(':')
            .map((group) => group.padStart(4, '0'))
            .join(''),
          'hex',
        ),
      );
    if (type !== TYPE_SRV) return [];
    return (this.srv.get(name) ?? []).map(({ host, port, priority = 0, weight = 1 }) => {
      const numbers = Buffer.alloc(6);
      numbers.writeUInt16BE(priority, 0);
      numbers.writeUInt16BE(weight, 2);
      numbers.writeUInt16BE(port, 4);
      return Buffer.concat([numbers, toName(host)]);
    });
  }
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = [];
  let at = start;
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), end: at + 1 };
}

function toName(name: string): Buffer {
  return Buffer.concat([
    ...name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'latin1')]),
    Buffer.from([0]),
  ]);
}

/** The name is that of the question, by reference. */
function toRecord(type: number, ttlSeconds: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt32BE(ttlSeconds, 6);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
