import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What a newcomer does first, on an empty folder: `npm start`, wait until it is ready, take a token, register a
 * person, read the person back, stop. Fails if any of it fails, or if the server does not stop by itself with code 0.
 * Prints the seconds to the first answer. (Errors of ES modules show only in the built program.)
 */
const READY_MS = 180_000;
const STOP_MS = 30_000;
const REQUEST_MS = 15_000;

const home = await mkdtemp(join(tmpdir(), 'greffe-smoke-'));
// The embedded PostgreSQL may run as a user of its own, who must be able to come this far.
await chmod(home, 0o755);
const port = await freePort();
const base = `http://127.0.0.1:${port}`;

const begun = performance.now();
const server = spawn('npm', ['start', '--silent'], {
  env: { ...process.env, GREFFE_HOME: join(home, 'greffe'), PORT: String(port) },
  stdio: ['ignore', 'inherit', 'inherit'],
  detached: true,
});
const ended = new Promise((resolve) => server.on('exit', (code, signal) => resolve({ code, signal })));
let isRunning = true;
void ended.then(() => {
  isRunning = false;
});

try {
  await untilReady();
  console.log(`first answer after ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await firstStory();
  await orderlyStop();
  console.log('smoke: ready, token, first write, read back, orderly stop');
} finally {
  killGroup();
  await rm(home, { recursive: true, force: true });
}

/** Whatever went wrong, nothing of it stays: the group holds npm, the server and its PostgreSQL. */
function killGroup() {
  if (groupLives()) process.kill(-server.pid, 'SIGKILL');
}

function groupLives() {
  try {
    return process.kill(-server.pid, 0);
  } catch (error) {
    if (error.code === 'ESRCH') return false;
    throw error;
  }
}

async function untilReady() {
  const deadline = performance.now() + READY_MS;
  while (performance.now() < deadline) {
    if (!isRunning) throw new Error(`The server ended before it was ready: ${JSON.stringify(await ended)}`);
    const response = await fetch(`${base}/readyz`, { signal: AbortSignal.timeout(2000) }).catch(
      () => undefined,
    );
    if (response?.status === 200) return;
    await pause(100);
  }
  throw new Error(`Not ready after ${READY_MS / 1000} s`);
}

async function firstStory() {
  const { access_token: token } = await call('POST', '/dev/token', {
    body: { role: 'service' },
    expected: 200,
  });
  await call('GET', '/v1/event-types', { expected: 401 });
  const body = {
    contactPoints: [{ kind: 'email', value: 'camille.martin@client.example' }],
    audience: 'consumer',
    source: { kind: 'crm' },
  };
  const { subjectId, token: written } = await call('POST', '/v1/subjects', { token, body, expected: 201 });
  const query = `?minToken=${encodeURIComponent(written)}`;
  await call('GET', `/v1/subjects/${subjectId}${query}`, { token, expected: 200 });
}

async function call(method, path, { token, body, expected }) {
  const response = await fetch(base + path, {
    method,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json', 'idempotency-key': randomUUID() }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(REQUEST_MS),
  });
  const text = await response.text();
  const place = path.split('?')[0];
  if (response.status !== expected) {
    throw new Error(`${method} ${place} answered ${response.status} instead of ${expected}: ${text}`);
  }
  return text === '' ? undefined : JSON.parse(text);
}

async function orderlyStop() {
  // As a supervisor does: the signal goes to npm, which hands it on.
  server.kill('SIGTERM');
  const patience = new AbortController();
  const late = pause(STOP_MS, 'late', { signal: patience.signal }).catch(() => undefined);
  const result = await Promise.race([ended, late]);
  patience.abort();
  if (result === 'late') throw new Error(`Still running ${STOP_MS / 1000} s after SIGTERM`);
  if (result.code !== 0) throw new Error(`Stopped with ${JSON.stringify(result)} instead of code 0`);
  if (groupLives()) throw new Error('The server ended and left a process behind');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address();
      probe.close(() => resolve(free));
    });
  });
}
