import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { faultTexts } from '../validation/fault-texts.js';
import { DemoModule } from './demo.fixture.js';
import { MAX_BODY_BYTES } from './fastify-set-up.js';
import { OTHER, startTestApp, SUBJECT, type TestApp } from './http-app.fixture.js';

// Goal: every answer that is an error is a problem document that names the place and repeats nothing; every answer
// carries the security headers. Method: a server with routes of every kind, asked over real connections.

let server: TestApp;
let dpo: string;
beforeAll(async () => {
  server = await startTestApp(DemoModule);
  dpo = await server.token('dpo');
});
afterAll(() => server.app.close());

const CONSENTS = `/v1/demo/subjects/${SUBJECT}/consents`;

describe('a problem document', () => {
  it('is whole, and its type leads to its page', async () => {
    const { status, headers, json } = await server.send({ path: '/v1/nowhere' });
    expect(status).toBe(404);
    expect(headers['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(headers['content-language']).toBe('en');
    expect(headers['vary']).toBe('accept-language');
    expect(json).toEqual({
      type: '/problems/not-found',
      title: 'Not found',
      status: 404,
      detail: expect.any(String),
      instance: expect.stringMatching(
        /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      code: 'not-found',
      wayOut: expect.any(String),
    });
    expect((await server.send({ path: json.type as string })).status).toBe(200);
  });

  it('speaks French to those who ask for it', async () => {
    const french = { 'accept-language': 'de, fr-FR;q=0.9, en;q=0.5' };
    const { headers, json } = await server.send({ path: '/v1/nowhere', headers: french });
    expect(headers['content-language']).toBe('fr');
    expect(json.title).toBe('Introuvable');
  });

  it('names each place at fault, in the language of the reader', async () => {
    const json = { choices: [{ purposeId: 'all', channels: ['email', 'fax'] }], colour: 'red' };
    const headers = { 'accept-language': 'fr', 'idempotency-key': 'places' };
    const answer = await server.send({ method: 'POST', path: CONSENTS, as: dpo, headers, json });
    expect(answer.status).toBe(400);
    expect(answer.json.errors).toEqual([
      { pointer: '/colour', code: 'unknown-member', detail: faultTexts['unknown-member'].fr },
      {
        pointer: '/choices/0/channels/1',
        code: 'not-one-of',
        detail: 'Une de ces valeurs est attendue : email, sms-mms, post.',
      },
    ]);
  });

  it('points at path and query too', async () => {
    const path = await server.send({ path: '/v1/demo/subjects/abc', as: dpo });
    expect(path.json.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual(['{subjectId}']);
    const query = await server.send({ path: '/v1/demo/list?limit=501&colour=red', as: dpo });
    expect(query.json.errors.map((fault: { pointer: string }) => fault.pointer)).toEqual([
      '?colour',
      '?limit',
    ]);
  });

  it('of a rejection has its code, its place and its note', async () => {
    const json = { choices: [{ purposeId: 'all', channels: ['post'] }], outcome: 'rejected' };
    const headers = { 'idempotency-key': 'rejection' };
    const answer = await server.send({ method: 'POST', path: CONSENTS, as: dpo, headers, json });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({
      type: '/problems/purpose-unknown',
      code: 'purpose-unknown',
      note: 'No such purpose.',
      errors: [{ pointer: '/choices/0/purposeId', code: 'purpose-unknown' }],
    });
  });

  it('of a bug says nothing about it, neither to the client nor, of values, to the log', async () => {
    const json = { choices: [{ purposeId: 'all', channels: ['post'] }], outcome: 'bug' };
    const headers = { 'idempotency-key': 'bug' };
    const answer = await server.send({ method: 'POST', path: CONSENTS, as: dpo, headers, json });
    expect(answer.status).toBe(500);
    expect(answer.json.code).toBe('internal');
    expect(answer.text).not.toMatch(/email|camille|demo\.fixture|at /);
    const line = server.lines.find((text) => text.includes(answer.json.instance as string)) ?? '';
    expect(JSON.parse(line)).toMatchObject({ level: 'error', code: 'internal', err: { type: 'Error' } });
    expect(line).toContain('demo.fixture');
    expect(line).not.toContain('camille');
  });

  it('of a store that is away is a warning that says what failed, without a place in the code or a value', async () => {
    const json = { choices: [{ purposeId: 'all', channels: ['post'] }], outcome: 'store-away' };
    const headers = { 'idempotency-key': 'store-away' };
    const answer = await server.send({ method: 'POST', path: CONSENTS, as: dpo, headers, json });
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
    const line = server.lines.find((text) => text.includes(answer.json.instance as string)) ?? '';
    expect(JSON.parse(line)).toMatchObject({
      level: 'warn',
      code: 'store-unavailable',
      cause: { type: 'Unavailable', cause: { type: 'Error' } },
    });
    expect(line).not.toMatch(/"stack"|demo\.fixture|camille/);
  });
});

describe('a request that nothing answers', () => {
  it.each([
    ['POST', '/livez', 'GET, HEAD'],
    ['DELETE', CONSENTS, 'POST'],
    ['POST', '/v1/demo/activities/7', 'PUT'],
  ])('%s %s is 405 and names the methods', async (method, path, allow) => {
    const { status, headers, json } = await server.send({ method, path });
    expect([status, headers['allow'], json.code]).toEqual([405, allow, 'method-not-allowed']);
  });

  it.each(['/livez/', '/LIVEZ', '//livez', '/docs/package.json', '/docs/..%2fpackage.json'])(
    'GET %s is 404',
    async (path) => {
      expect((await server.send({ path })).json.code).toBe('not-found');
    },
  );

  it('with an address that cannot be read is 400, with the security headers', async () => {
    const { status, headers, json } = await server.send({ path: '/%zz' });
    expect([status, json.code]).toEqual([400, 'invalid-request']);
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('that is no HTTP gets a problem document and the end of the connection', async () => {
    const { port } = new URL(server.url);
    const text = await new Promise<string>((resolve, reject) => {
      const socket = connect(Number(port), '127.0.0.1', () => socket.end('GARBAGE\r\n\r\n'));
      let received = '';
      socket.on('data', (chunk) => (received += String(chunk)));
      socket.on('end', () => resolve(received));
      socket.on('error', reject);
    });
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('application/problem+json');
  });
});

describe('a body', () => {
  const headers = { 'idempotency-key': 'body' };
  const send = (json: unknown, more: Record<string, string> = {}) =>
    server.send({ method: 'POST', path: CONSENTS, as: dpo, headers: { ...headers, ...more }, json });

  it('that is too large is 413', async () => {
    expect((await send('"'.padEnd(MAX_BODY_BYTES + 1, 'x'))).json.code).toBe('payload-too-large');
  });

  it.each([
    'text/plain',
    'application/xml',
    'text/csv',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
  ])('of type %s is 415', async (type) => {
    expect((await send('a', { 'content-type': type })).json.code).toBe('unsupported-media-type');
  });

  it.each<[string, string, string, string]>([
    ['no JSON', '{"choices":[', '', 'malformed-json'],
    ['a member twice', '{"choices":[],"choices":[]}', '/choices', 'duplicate-member'],
    ['a prototype', '{"__proto__":{"a":1}}', '/__proto__', 'reserved-member'],
    ['a fraction', '{"choices":1.5}', '/choices', 'not-a-whole-number'],
    ['nothing', '', '', 'body-missing'],
    ['null', 'null', '', 'wrong-type'],
  ])('that is %s is refused with its place', async (_, json, pointer, code) => {
    const answer = await send(json);
    expect(answer.status).toBe(400);
    expect(answer.json.errors[0]).toMatchObject({ pointer, code });
    expect(answer.text).not.toContain('position');
  });

  it('may be a form where the route says so, and there only a form', async () => {
    const form = { method: 'POST', path: '/v1/demo/form' };
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await server.send({ ...form, json: 'word=One-Click', headers: type })).json).toEqual({
      word: 'One-Click',
    });
    expect((await server.send({ ...form, json: { word: 'x' } })).status).toBe(415);
  });
});

describe('every answer', () => {
  it.each(['/', '/livez', '/v1/nowhere', '/openapi.json', '/docs', '/docs/swagger-ui-bundle.js', '/metrics'])(
    'has the security headers: %s',
    async (path) => {
      const { headers } = await server.send({ path });
      expect(headers['x-content-type-options']).toBe('nosniff');
      expect(headers['referrer-policy']).toBe('no-referrer');
      expect(headers['cross-origin-resource-policy']).toBe('same-origin');
      expect(headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(headers['content-security-policy']).not.toMatch(/unsafe|https?:|\*/);
      expect(headers['strict-transport-security']).toBeUndefined();
      expect(headers['x-powered-by']).toBeUndefined();
    },
  );

  it('has no entity tag that is made of its bytes', async () => {
    const { headers } = await server.send({ path: `/v1/demo/subjects/${SUBJECT}`, as: dpo });
    expect(headers['etag']).toBeUndefined();
    expect(headers['cache-control']).toBe('no-store');
  });

  it('speaks the language that was asked for', async () => {
    const path = `/v1/demo/subjects/${OTHER}`;
    const french = await server.send({ path, as: dpo, headers: { 'accept-language': 'fr' } });
    expect(french.json).toEqual({ subjectId: OTHER, language: 'fr' });
  });
});

describe('the log', () => {
  it('names routes by their template, and holds no address, query, credential or body', async () => {
    const before = server.lines.length;
    const secret = 'camille@client.example';
    await server.send({ path: `/v1/demo/list?cursor=${secret}`, as: dpo });
    await server.send({
      method: 'POST',
      path: `${CONSENTS}?who=${secret}`,
      as: dpo,
      headers: { 'idempotency-key': 'logged' },
      json: { choices: [{ purposeId: 'all', channels: ['post'] }], email: secret },
    });
    await server.send({ path: `/v1/${secret}` });
    const written = server.lines.slice(before).join('');
    expect(written).toContain('/v1/demo/subjects/:subjectId/consents');
    for (const text of [secret, SUBJECT, dpo]) expect(written).not.toContain(text);
  });
});
