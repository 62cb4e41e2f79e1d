import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { roles, scopesOfRole, type Role } from '../access/api-scopes.js';
import { mayCall } from '../access/rights-table.js';
import type { ListedRoute } from '../routes/route-list.js';
import { RouteWithoutPlan } from '../routes/route-list.js';
import { listRoutes } from './create-http-app.js';
import { calls, DemoModule } from './demo.fixture.js';
import { OTHER, startTestApp, SUBJECT, type TestApp } from './http-app.fixture.js';

// Goal: what the tables of rights say is what the server does, for every route and role; nothing is open that does not
// say so. Method: the routes come from the server itself, and every cell of route × role is asked over HTTP.

let server: TestApp;
let routes: readonly ListedRoute[];
beforeAll(async () => {
  server = await startTestApp(DemoModule);
  routes = listRoutes(server.app);
});
afterAll(() => server.app.close());

async function statusOf(
  { method, path }: ListedRoute,
  as: string | undefined,
  subjectId = SUBJECT,
): Promise<number> {
  const address = path.replace(':subjectId', subjectId).replace(/:\w+/g, OTHER);
  const wanted = { method, path: address, headers: { 'idempotency-key': 'rights' } };
  return (await server.send(as === undefined ? wanted : { ...wanted, as })).status;
}

describe('the rights of the server', () => {
  it('cover every route there is', () => {
    const paths = routes.map(({ method, path }) => `${method} ${path}`);
    expect(paths).toContain('POST /v1/demo/subjects/:subjectId/consents');
    expect(paths).toContain('GET /openapi.json');
    expect(new Set(paths).size).toBe(paths.length);
  });

  it('are those of the table, in every cell', async () => {
    for (const role of roles) {
      const as = await server.token(role, role === 'subject' ? SUBJECT : 'somebody');
      for (const route of routes.filter(({ plan }) => plan.access.kind === 'scope')) {
        const refused = [401, 403].includes(await statusOf(route, as));
        expect([role, route.method, route.path, refused]).toEqual([
          role,
          route.method,
          route.path,
          !mayCall(role, route),
        ]);
      }
    }
  });

  it('let nobody in without credentials, or with broken ones', async () => {
    const valid = await server.token('dpo');
    const broken = [
      'x',
      'grf_x',
      valid.slice(0, -4),
      `${valid}x`,
      `${valid.split('.').slice(0, 2).join('.')}.`,
    ];
    for (const route of routes.filter(({ plan }) => plan.access.kind === 'scope')) {
      for (const as of [undefined, ...broken]) expect(await statusOf(route, as)).toBe(401);
    }
  });

  it('turn a caller away before the body is read', async () => {
    const path = `/v1/demo/subjects/${SUBJECT}/consents`;
    const headers = { 'content-type': 'application/json' };
    const as = await server.token('analyst');
    expect((await server.send({ method: 'POST', path, headers, json: '{"broken' })).status).toBe(401);
    expect((await server.send({ method: 'POST', path, headers, json: '{"broken', as })).status).toBe(403);
  });
});

describe('a data subject', () => {
  it('reaches their own data and nobody else’s, wherever the path names a person', async () => {
    const as = await server.token('subject', SUBJECT);
    const own = routes.filter(({ path }) => path.includes(':subjectId'));
    expect(own.length).toBeGreaterThan(2);
    for (const route of own) {
      expect(await statusOf(route, as, OTHER)).toBe(403);
      expect(await statusOf(route, as, SUBJECT)).not.toBe(403);
    }
  });

  it('acts as themselves', async () => {
    calls.splice(0);
    const as = await server.token('subject', SUBJECT);
    await server.send({ method: 'POST', path: `/v1/demo/subjects/${SUBJECT}/withdrawals`, as });
    expect(calls[0]?.context?.actor).toEqual({ k: 'subject', ref: SUBJECT });
    expect((await server.send({ path: '/v1/demo/mine', as })).json).toEqual({ subjectId: SUBJECT });
  });

  it('without an id that can be a person’s has no rights', async () => {
    const as = await server.token('subject', 'camille');
    expect((await server.send({ path: '/v1/demo/mine', as })).status).toBe(403);
  });
});

describe('the roles', () => {
  it('are no larger than they need be', () => {
    const has = (role: Role, scope: string): boolean =>
      (scopesOfRole[role] as readonly string[]).includes(scope);
    expect(scopesOfRole.form).toEqual(['choices:record']);
    for (const role of ['auditor', 'analyst'] as const) {
      expect(scopesOfRole[role].filter((scope) => !/:(read|lookup|reveal|check)$/.test(scope))).toEqual([]);
    }
    expect(roles.filter((role) => has(role, 'erasures:order'))).toEqual(['dpo']);
    expect(roles.filter((role) => has(role, 'keys:manage'))).toEqual(['dpo']);
    expect(has('service', 'personal:reveal')).toBe(false);
    expect(has('analyst', 'subjects:read')).toBe(false);
    expect(has('subject', 'subjects:lookup')).toBe(false);
  });
});

describe('a route that says nothing about its access', () => {
  it('stops the start', async () => {
    @Controller('open')
    class Forgotten {
      @Get()
      read(): string {
        return 'secret';
      }
    }
    @Module({ controllers: [Forgotten] })
    class ForgottenModule {}
    await expect(startTestApp(ForgottenModule)).rejects.toThrow(RouteWithoutPlan);
  });
});
