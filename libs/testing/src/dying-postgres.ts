import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that lets every client in and dies in the same breath. */
export interface DyingPostgres {
  readonly url: string;
  /** How many clients it has let in so far. */
  readonly admitted: number;
  close(): Promise<void>;
}

/**
 * What PostgreSQL may say when it is stopped while a client logs in, in one packet: welcome, ready, and its last word.
 * A client of such a server is handed over and broken before whoever gets it can listen to it.
 */
const WELCOME_AND_FAREWELL = Buffer.concat([
  message('R', Buffer.alloc(4)),
  message('Z', Buffer.from('I')),
  message(
    'E',
    Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
  ),
]);

/** Starts such a server on the loopback. */
export async function startDyingPostgres(): Promise<DyingPostgres> {
  const sockets = new Set<Socket>();
  let admitted = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    socket.once('data', () => {
      admitted += 1;
      socket.end(WELCOME_AND_FAREWELL);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `postgres://anyone:anything@127.0.0.1:${String((server.address() as AddressInfo).port)}/any`,
    get admitted() {
      return admitted;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A message of the protocol: its kind, its length with the length itself, its content. */
function message(kind: string, content: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(content.length + 4);
  return Buffer.concat([Buffer.from(kind), length, content]);
}
