import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { cutOffSlow } from './fastify-set-up.js';

// Goal: nobody holds a connection by sending a body that never ends; whoever sends in time is not touched, nor is a file
// that streams in while its answer streams out.

let server: FastifyInstance;
let port = 0;
beforeAll(async () => {
  server = fastify();
  cutOffSlow(server, 200);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', { parseAs: 'string' }, (_, body, done) => done(null, body));
  server.addContentTypeParser('text/csv', (_, stream, done) => done(null, stream));
  server.post('/json', () => 'answered');
  const plan = { access: { kind: 'public' }, owner: 'handler', params: [], accepts: ['text/csv'] } as const;
  server.post('/csv', { config: { plan } }, async (request) => {
    for await (const _ of request.body as AsyncIterable<Buffer>);
    return 'answered';
  });
  await server.listen({ port: 0, host: '127.0.0.1' });
  ({ port } = server.server.address() as AddressInfo);
});
afterAll(() => server.close());

/** Sends half of a body, and the other half once the time is over; what came back until the end. */
function slowly(path: string, type: string, pauseMs: number): Promise<string> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1');
    const head = `POST ${path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\ncontent-type: ${type}\r\ncontent-length: 4`;
    socket.write(`${head}\r\n\r\n"a`);
    const timer = setTimeout(() => socket.write('b"'), pauseMs);
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(answer);
    });
  });
}

describe('a body that is slow to arrive', () => {
  it('is not waited for, and the client is told why', async () => {
    const answer = await slowly('/json', 'application/json', 600_000);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    expect(answer).toContain('application/problem+json');
  });

  it('is taken if it arrives in time', async () => {
    expect(await slowly('/json', 'application/json', 0)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it('may take long where it is a stream of CSV', async () => {
    expect(await slowly('/csv', 'text/csv', 500)).toMatch(/^HTTP\/1\.1 200 /);
  });
});
