import { createServer, type AddressInfo, type Socket } from 'node:net';

/** A server that lets every client in and dies in the same breath. */
export interface DyingPostgres {
  readonly url: string;
  /** How many clients it has let in so far. */
  readonly admitted: number;
  close(): Promise<void>;
}

const WELCOME = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const FAREWELL = message(
  'E',
  Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'),
);
const BOOLEAN_COLUMN = Buffer.from('0001697300000000000000000000100001ffffffff0000', 'hex');
const FALSE_ROW = Buffer.from('00010000000166', 'hex');
/** One row with one column, which is false. */
const NO = Buffer.concat([
  message('T', BOOLEAN_COLUMN),
  message('D', FALSE_ROW),
  message('C', Buffer.from('SELECT 1\0')),
]);

/**
 * Starts such a server on the loopback. Its last word comes in one packet with its readiness, as that of a PostgreSQL
 * that is stopped while a client logs in: the client is handed over and broken before whoever gets it can listen to it.
 * With `answers` it says "no" to so many questions before that, for clients that ask something first.
 */
export async function startDyingPostgres({ answers = 0 } = {}): Promise<DyingPostgres> {
  const sockets = new Set<Socket>();
  let admitted = 0;
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
    let left = answers;
    let next = WELCOME;
    socket.on('data', () => {
      if (next === WELCOME) admitted += 1;
      if (left === 0) socket.end(Buffer.concat([next, READY, FAREWELL]));
      else socket.write(Buffer.concat([next, READY]));
      left -= 1;
      next = NO;
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
