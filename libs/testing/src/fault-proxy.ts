import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Line {
  readonly client: Socket;
  readonly server: Socket;
  /** The client has sent something that is not answered yet. */
  asked: boolean;
  /** For ever silent, whatever becomes of the proxy. */
  abandoned: boolean;
}

/** How much of what the server says is let through, and how often. */
interface Drip {
  readonly bytes: number;
  readonly everyMs: number;
}

type Trap = 'request' | 'reply' | undefined;

/**
 * A TCP line between a client and its server that fails on demand: cut, silent, half-open, slow, refused. It knows no
 * protocol, so it serves every adapter, with TLS too.
 */
export class FaultProxy {
  readonly #lines = new Set<Line>();
  #server: Server | undefined;
  #port = 0;
  #isSilent = false;
  #trap: Trap;
  #drip: Drip | undefined;
  #bytesDown = 0;

  private constructor(private readonly target: { readonly host: string; readonly port: number }) {}

  /** Listens on a free port of the loopback and forwards to the target. */
  static async open(target: { readonly host: string; readonly port: number }): Promise<FaultProxy> {
    const proxy = new FaultProxy(target);
    await proxy.accept();
    return proxy;
  }

  /** Where clients connect. */
  get port(): number {
    return this.#port;
  }

  /** Lines now open. */
  get lines(): number {
    return this.#lines.size;
  }

  /** Bytes that the server has sent through so far. */
  get bytesDown(): number {
    return this.#bytesDown;
  }

  /** Resets every line at once. */
  cut(): void {
    for (const line of this.#lines) this.#reset(line);
  }

  /** Resets a line when its client next asks something; the server never hears it. */
  cutAtNextRequest(): void {
    this.#trap = 'request';
  }

  /** Resets a line when its server next answers; the client never hears it. */
  cutAtNextReply(): void {
    for (const line of this.#lines) line.asked = false;
    this.#trap = 'reply';
  }

  /** Refuses new connections and resets the old ones, as a server that is down. */
  async refuse(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.cut();
    if (server !== undefined) await new Promise((resolve) => server.close(resolve));
  }

  /** Takes connections again, on the same port. */
  async accept(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer((client) => {
      this.#open(client);
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(this.#port, '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Holds every byte in both directions and takes new connections without a word. */
  silence(): void {
    this.#isSilent = true;
    for (const { client, server } of this.#lines) for (const socket of [client, server]) socket.pause();
  }

  /** Lets the bytes through again, those that were held too. */
  resume(): void {
    this.#isSilent = false;
    for (const line of this.#lines)
      if (!line.abandoned) for (const side of [line.client, line.server]) side.resume();
  }

  /** Leaves the lines of now open and silent for ever, as after a lost route; new ones work. */
  abandon(): void {
    for (const line of this.#lines) {
      line.abandoned = true;
      line.client.pause();
      line.server.pause();
    }
  }

  /** Lets the server's bytes through by drops; `undefined` ends it for new drops. */
  drip(drip: Drip | undefined): void {
    this.#drip = drip;
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.#isSilent = false;
    await this.refuse();
  }

  #open(client: Socket): void {
    const server = connect(this.target);
    const line: Line = { client, server, asked: false, abandoned: false };
    this.#lines.add(line);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#lines.delete(line);
        client.destroySoon();
        server.destroySoon();
      });
      if (this.#isSilent) socket.pause();
    }
    client.on('data', (bytes) => {
      this.#request(line, bytes);
    });
    server.on('data', (bytes) => {
      this.#reply(line, bytes);
    });
  }

  #request(line: Line, bytes: Buffer): void {
    if (this.#trap === 'request') {
      this.#trap = undefined;
      this.#reset(line);
      return;
    }
    line.asked = true;
    this.#forward(line, line.client, line.server, bytes);
  }

  #reply(line: Line, bytes: Buffer): void {
    if (this.#trap === 'reply' && line.asked) {
      this.#trap = undefined;
      this.#reset(line);
      return;
    }
    this.#bytesDown += bytes.length;
    if (this.#drip === undefined) this.#forward(line, line.server, line.client, bytes);
    else void this.#dripOn(line, bytes, this.#drip);
  }

  #forward(line: Line, from: Socket, to: Socket, bytes: Buffer): void {
    if (to.write(bytes)) return;
    from.pause();
    to.once('drain', () => {
      if (!this.#isSilent && !line.abandoned) from.resume();
    });
  }

  async #dripOn(line: Line, bytes: Buffer, { bytes: drop, everyMs }: Drip): Promise<void> {
    line.server.pause();
    for (let from = 0; from < bytes.length && !line.client.destroyed; from += drop) {
      line.client.write(bytes.subarray(from, from + drop));
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
    if (!this.#isSilent && !line.abandoned) line.server.resume();
  }

  #reset(line: Line): void {
    this.#lines.delete(line);
    line.client.resetAndDestroy();
    line.server.destroy();
  }
}
