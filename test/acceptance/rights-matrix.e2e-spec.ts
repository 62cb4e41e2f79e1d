import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { apiScopes, exampleOf, roles, scopesOfRole, type ListedRoute } from '#http';
import { Client } from './client.harness.js';
import { startIssuer } from './oidc-issuer.harness.js';
import { AcceptanceLedger } from './server.harness.js';
import { registerPerson } from './shop.harness.js';
import type { GreffeServer } from '../../apps/server/src/server.js';

// Rights hold in every cell (R20): each route of the running server is called with each role, with each single scope,
// and by a data subject for themselves and for somebody else. The expectation is the table of roles; the answer is the
// server's. A request that is let in may still be refused for what it says, but never for who sends it.

let ledger: AcceptanceLedger;
let server: GreffeServer;
let own: string;
let other: string;
let guarded: readonly ListedRoute[];
let open: readonly ListedRoute[];

beforeAll(async () => {
  ledger = await AcceptanceLedger.open();
  server = await ledger.start();
  const service = await ledger.client(server, 'service');
  [own, other] = [await registerPerson(service), await registerPerson(service)];
  guarded = server.routes.filter(({ plan }) => plan.access.kind === 'scope');
  open = server.routes.filter(({ plan }) => plan.access.kind === 'public');
});
afterAll(() => ledger.close());

const scopeOf = ({ plan }: ListedRoute) => (plan.access.kind === 'scope' ? plan.access.scope : undefined);
const namesAPerson = ({ path }: ListedRoute) => path.split('/').includes(':subjectId');
const nameOf = ({ method, path }: ListedRoute) => `${method} ${path}`;

/** No cell may change what the next one sees. */
async function call(client: Client, { method, path, plan }: ListedRoute, subjectId: string): Promise<number> {
  const address = path.replace(':subjectId', subjectId).replace(/:\w+/g, () => randomUUID());
  // A body that is right in shape and concerns nobody goes past the credentials; that is all a cell asks.
  const body =
    method === 'GET' || plan.body === undefined ? undefined : { ...exampleOf(plan.body), unknownMember: 1 };
  const { status } = await client.send(
    method,
    address,
    body,
    method === 'GET' ? { key: null } : { ifMatch: '"9"' },
  );
  return status;
}

const isRefused = (status: number) => status === 401 || status === 403;

async function refusals(client: Client, subjectId: string): Promise<string[]> {
  const statuses = await Promise.all(
    guarded.map(async (route) => [route, await call(client, route, subjectId)] as const),
  );
  expect(statuses.filter(([, status]) => status >= 500).map(([route]) => nameOf(route))).toEqual([]);
  return statuses.filter(([, status]) => isRefused(status)).map(([route]) => nameOf(route));
}

const names = (routes: readonly ListedRoute[]) => routes.map(nameOf);

describe('every route of the server', () => {
  it('has been found', () => {
    expect(guarded.length).toBeGreaterThan(40);
    expect(names(open).filter((name) => name.includes('/v1/'))).toEqual([]);
  });

  it.each(roles.filter((role) => role !== 'subject'))(
    'lets in a caller of role %s where the table says so',
    async (role) => {
      const granted: readonly string[] = scopesOfRole[role];
      const client = await ledger.client(server, role);
      const expected = guarded.filter((route) => !granted.includes(scopeOf(route) ?? ''));
      expect(await refusals(client, other)).toEqual(names(expected));
    },
  );

  it.each(apiScopes)('asks for its own scope: %s opens what names it and nothing else', async (scope) => {
    const client = await ledger.client(server, 'dpo', { sub: `narrow-${scope}`, scope });
    const expected = guarded.filter((route) => scopeOf(route) !== scope);
    expect(await refusals(client, other)).toEqual(names(expected));
  });

  it('is closed to whoever has no credential, a broken one, or one of another issuer', async () => {
    const token = await ledger.issuer.token({ sub: 'x', roles: ['analyst'] });
    const [head, claims, signature] = token.split('.') as [string, string, string];
    const forged = encoded({ ...decoded(claims), roles: ['dpo'] });
    const stranger = await startIssuer();
    const credentials = [
      undefined,
      'grf_nobody',
      `${head}.${forged}.${signature}`,
      `${encoded({ alg: 'none', typ: 'at+jwt' })}.${forged}.`,
      await stranger.token({ sub: 'x', roles: ['dpo'] }),
    ];
    await stranger.close();
    for (const credential of credentials) {
      expect(await refusals(new Client(server.url, credential), other)).toEqual(names(guarded));
    }
  });

  it('gives a static service key what stands beside it, and never more than a service may do', async () => {
    const dpo = await ledger.client(server, 'dpo');
    const scopes = ['choices:record', 'erasures:order', 'personal:reveal'];
    const made = await dpo.post('/v1/service-keys', { name: 'Front end', clientId: 'front', scopes });
    const expected = guarded.filter((route) => scopeOf(route) !== 'choices:record');
    expect(await refusals(new Client(server.url, made.body.secret), other)).toEqual(names(expected));
  });
});

describe('a data subject', () => {
  it('reaches their own data by the routes that name them, and nobody else’s', async () => {
    const granted: readonly string[] = scopesOfRole.subject;
    const client = await ledger.client(server, 'subject', { sub: own });
    const mine = guarded.filter((route) => namesAPerson(route) && granted.includes(scopeOf(route) ?? ''));
    expect(mine.length).toBeGreaterThan(5);
    expect(await refusals(client, own)).toEqual(names(guarded.filter((route) => !mine.includes(route))));
    expect(await refusals(client, other)).toEqual(names(guarded));
  });

  it('learns nothing about who else is known', async () => {
    const client = await ledger.client(server, 'subject', { sub: own });
    const [known, unknown] = [
      await client.get(`/v1/subjects/${other}`),
      await client.get(`/v1/subjects/${randomUUID()}`),
    ];
    expect([known.status, known.body.code]).toEqual([unknown.status, unknown.body.code]);
  });

  it('has no more rights by another role in the same credential', async () => {
    const token = await ledger.issuer.token({ sub: own, roles: ['subject', 'dpo'] });
    expect(await refusals(new Client(server.url, token), own)).toEqual(names(guarded));
  });
});

function encoded(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url');
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
