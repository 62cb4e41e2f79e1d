import { mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DevelopmentIssuerExposed } from '../app/create-http-app.js';
import { DemoModule } from '../app/demo.fixture.js';
import { startTestApp, SUBJECT, type TestApp } from '../app/http-app.fixture.js';
import { DevelopmentIssuer, developmentBanner, isLocalHostHeader, isLoopback } from './development-issuer.js';

// Goal: anybody on this machine gets any role, and nobody from anywhere else; the key is this installation's own.

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'greffe-dev-'));

describe('the key of a development issuer', () => {
  it('is made once and readable by its owner alone', async () => {
    const folder = newFolder();
    const token = await new DevelopmentIssuer(folder).issue('dpo', 'alice');
    expect((await new DevelopmentIssuer(folder).verify(token))?.roles).toEqual(['dpo']);
    expect(readdirSync(folder)).toEqual(['development-issuer.pem']);
    expect(statSync(join(folder, 'development-issuer.pem')).mode & 0o777).toBe(0o600);
  });

  it('is not that of another installation', async () => {
    const token = await new DevelopmentIssuer(newFolder()).issue('dpo', 'alice');
    expect(await new DevelopmentIssuer(newFolder()).verify(token)).toBeUndefined();
  });

  it('that others may read is closed to them', () => {
    const folder = newFolder();
    const made = new DevelopmentIssuer(folder);
    const file = join(folder, 'development-issuer.pem');
    const other = join(newFolder(), 'development-issuer.pem');
    writeFileSync(other, readFileSync(file), { mode: 0o644 });
    new DevelopmentIssuer(join(other, '..'));
    expect(statSync(other).mode & 0o777).toBe(0o600);
    expect(made).toBeDefined();
  });
});

describe('the route that hands tokens out', () => {
  let server: TestApp;
  beforeAll(async () => {
    server = await startTestApp(DemoModule);
  });
  afterAll(() => server.app.close());

  const ask = (json: unknown, headers: Record<string, string> = {}) =>
    server.send({ method: 'POST', path: '/dev/token', json, headers });

  it('gives a token that works', async () => {
    const { status, json } = await ask({ role: 'analyst' });
    expect([status, json.token_type, json.expires_in]).toEqual([200, 'Bearer', 28800]);
    expect((await server.send({ path: '/v1/demo/list', as: json.access_token })).status).toBe(200);
  });

  it('gives a data subject a token for themselves', async () => {
    const { json } = await ask({ role: 'subject', sub: SUBJECT });
    expect((await server.send({ path: '/v1/demo/mine', as: json.access_token })).json).toEqual({
      subjectId: SUBJECT,
    });
    expect((await ask({ role: 'subject' })).json.errors[0]).toMatchObject({
      pointer: '/sub',
      code: 'not-a-uuid',
    });
  });

  it.each([
    'ledger.example',
    '192.168.1.4',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.example:8080',
  ])('refuses to answer under the name %s', async (host) => {
    expect((await ask({ role: 'dpo' }, { host })).status).toBe(403);
  });

  it('reads JSON only, so that no page of another site can ask without being asked back', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded']) {
      expect((await ask('{"role":"dpo"}', { 'content-type': type })).status).toBe(415);
    }
  });

  it('knows the roles', async () => {
    expect((await ask({ role: 'root' })).json.errors[0]).toMatchObject({
      pointer: '/role',
      code: 'not-one-of',
    });
  });
});

describe('a development issuer', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', 'ledger.example'])('does not start on %s', async (host) => {
    await expect(startTestApp(DemoModule, { host })).rejects.toThrow(DevelopmentIssuerExposed);
  });

  it('is absent beside any other identity', async () => {
    const server = await startTestApp(DemoModule, { identity: { kind: 'none' } });
    expect((await server.send({ method: 'POST', path: '/dev/token', json: { role: 'dpo' } })).status).toBe(
      404,
    );
    const as = await server.token('dpo');
    expect((await server.send({ path: '/v1/demo/list', as })).status).toBe(401);
    await server.app.close();
  });

  it('knows its own names', () => {
    expect(['localhost', '127.0.0.1', '127.8.8.8', '::1'].map(isLoopback)).toEqual([true, true, true, true]);
    expect(
      ['localhost', 'LOCALHOST:80', '127.0.0.1:8080', '[::1]', '[::1]:8080'].every(isLocalHostHeader),
    ).toBe(true);
    expect([undefined, '', '::1', 'localhost:', 'localhost@evil.example'].some(isLocalHostHeader)).toBe(
      false,
    );
  });

  it('announces itself loudly', () => {
    expect(developmentBanner('http://127.0.0.1:8080')).toMatch(
      /DEVELOPMENT IDENTITY[^]*http:\/\/127\.0\.0\.1:8080\/dev\/token/,
    );
  });
});
