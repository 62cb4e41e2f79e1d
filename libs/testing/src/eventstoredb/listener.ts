import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { SelfSigned } from './certificate.js';

/** How an HTTP/2 connection begins. */
const HTTP2_PREFACE = 'PRI * HTTP/2';

/** One port for gRPC and for plain HTTP, as the real server has it, whose connections can be counted and cut. */
export class Listener {
  readonly #sockets = new Set<Socket>();
  readonly #http;
  #server: Server | undefined;

  constructor(
    private readonly toGrpc: (socket: Socket) => void,
    onRequest: RequestListener,
    private readonly identity: SelfSigned | undefined,
  ) {
    this.#http = createHttpServer(onRequest);
  }

  /** Connections now open. */
  get connections(): number {
    return this.#sockets.size;
  }

  /** Takes connections on the loopback; port 0 means any. Gives the port. */
  async open(port: number): Promise<number> {
    const server = this.#listen();
    server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    this.#server = server;
    return (server.address() as AddressInfo).port;
  }

  /** Resets every connection. */
  reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** Takes no more connections and resets those that are open. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    this.reset();
    await closed;
  }

  /** With encryption the handshake tells the protocols apart, without it the first bytes do. */
  #listen(): Server {
    if (this.identity === undefined) return createServer((socket) => this.#sniff(socket));
    const { key, certificate } = this.identity;
    const server = createTlsServer(
      { key, cert: certificate, ALPNProtocols: ['h2', 'http/1.1'] },
      (socket) => {
        socket.on('error', () => undefined);
        if (socket.alpnProtocol === 'h2') this.toGrpc(socket);
        else this.#http.emit('connection', socket);
      },
    );
    return server.on('tlsClientError', () => undefined);
  }

  #sniff(socket: Socket): void {
    socket.once('data', (first) => {
      socket.pause();
      socket.unshift(first);
      // HTTP/2 takes what was read so far by itself; to let it flow would lose it.
      if (first.toString('latin1').startsWith(HTTP2_PREFACE)) {
        this.toGrpc(socket);
        return;
      }
      this.#http.emit('connection', socket);
      process.nextTick(() => socket.resume());
    });
  }
}
