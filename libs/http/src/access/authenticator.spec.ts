import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import { allocatedId } from '#kernel';
import { Problem } from '../problems/problem.js';
import { Authenticator } from './authenticator.js';
import type { Caller } from './caller.js';
import { OidcVerifier, type OidcOptions } from './oidc-verifier.js';

// Goal: only a token that the configured issuer signed for us, of the right type and in force, is somebody. Method: a
// real issuer over HTTP with its discovery document and keys; each claim and header is broken once.

const ID = '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';
let issuer: string;
let server: Server;
let keys: Record<'ed' | 'rsa' | 'foreign', { readonly privateKey: CryptoKey; readonly jwk: JWK }>;
const fetched = { discovery: 0, keys: 0 };
let isDown = false;
let metadata: Record<string, unknown>;

async function keyPair(alg: string, kid: string): Promise<{ privateKey: CryptoKey; jwk: JWK }> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
}

beforeAll(async () => {
  keys = {
    ed: await keyPair('EdDSA', 'ed'),
    rsa: await keyPair('RS256', 'rsa'),
    foreign: await keyPair('EdDSA', 'ed'),
  };
  server = createServer((request, response) => {
    const isDiscovery = request.url === '/.well-known/openid-configuration';
    fetched[isDiscovery ? 'discovery' : 'keys'] += 1;
    if (isDown) response.statusCode = 500;
    response.end(JSON.stringify(isDiscovery ? metadata : { keys: [keys.ed.jwk, keys.rsa.jwk] }));
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
});
afterAll(() => {
  server.close();
});
beforeEach(() => {
  isDown = false;
  metadata = { issuer, jwks_uri: `${issuer}/keys` };
  Object.assign(fetched, { discovery: 0, keys: 0 });
});

const resolved: unknown[] = [];
function authenticatorFor(options: Partial<OidcOptions> = {}): Authenticator {
  const tokens = new OidcVerifier({ issuer, audience: 'greffe', ...options });
  return new Authenticator({
    tokens,
    actors: {
      resolve: async (identity) => {
        resolved.push(identity);
        return { actorId: allocatedId(ID, `${identity.issuer} ${identity.sub}`) };
      },
    },
    serviceKeys: {
      verify: async (secret) =>
        secret === 'grf_good'
          ? { clientId: 'shop', actorId: ID, scopes: ['consents:write', 'erasures:order'] }
          : undefined,
    },
  });
}

interface Wanted {
  readonly claims?: Record<string, unknown>;
  readonly header?: Record<string, unknown>;
  readonly key?: 'ed' | 'rsa' | 'foreign';
  readonly expires?: string;
}

function tokenWith({ claims = {}, header = {}, key = 'ed', expires = '5m' }: Wanted = {}): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const payload = { iss: issuer, aud: 'greffe', sub: 'alice', roles: ['operator'], iat: now, ...claims };
  return new SignJWT(payload)
    .setProtectedHeader({
      alg: key === 'rsa' ? 'RS256' : 'EdDSA',
      typ: 'at+jwt',
      kid: key === 'rsa' ? 'rsa' : 'ed',
      ...header,
    })
    .setExpirationTime(expires)
    .sign(keys[key].privateKey);
}

async function codeOf(work: () => Caller | Promise<Caller>): Promise<string> {
  try {
    await work();
    return 'accepted';
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
}

describe('a token of the issuer', () => {
  it('is its caller, under a pseudonym', async () => {
    const caller = await authenticatorFor().authenticate(
      `Bearer ${await tokenWith({ claims: { azp: 'crm' } })}`,
      {},
    );
    expect(caller).toMatchObject({ kind: 'operator', roles: ['operator'], clientId: 'crm' });
    expect(caller.actorId).toBe(allocatedId(ID, `${issuer} alice`));
    expect(caller.scopes.has('consents:write')).toBe(true);
    expect(caller.scopes.has('erasures:order')).toBe(false);
    expect(JSON.stringify(caller)).not.toContain('alice');
  });

  it('may be signed by any of its keys', async () => {
    expect(
      await codeOf(async () =>
        authenticatorFor().authenticate(`bearer ${await tokenWith({ key: 'rsa' })}`, {}),
      ),
    ).toBe('accepted');
  });

  it('is checked once, however often and however fast it comes', async () => {
    const authenticator = authenticatorFor();
    const header = `Bearer ${await tokenWith()}`;
    resolved.splice(0);
    await Promise.all(Array.from({ length: 20 }, async () => authenticator.authenticate(header, {})));
    const again = authenticator.authenticate(header, {});
    expect(again).not.toBeInstanceOf(Promise);
    expect(resolved).toHaveLength(1);
    expect(fetched).toEqual({ discovery: 1, keys: 1 });
  });

  it.each<[string, Wanted]>([
    ['of another issuer', { claims: { iss: 'https://other.example' } }],
    ['for another audience', { claims: { aud: 'shop' } }],
    ['without audience', { claims: { aud: undefined } }],
    ['without subject', { claims: { sub: undefined } }],
    ['that has expired', { expires: '-10s' }],
    ['that is not in force yet', { claims: { nbf: Math.floor(Date.now() / 1000) + 600 } }],
    ['of another type', { header: { typ: 'JWT' } }],
    ['without type', { header: { typ: undefined } }],
    ['signed by a stranger under a known key id', { key: 'foreign' }],
    ['under a key id that the issuer does not have', { header: { kid: 'nobody' } }],
    ['whose algorithm is not the key’s', { header: { kid: 'rsa' } }],
  ])('%s is nobody', async (_, wanted) => {
    const token = await tokenWith(wanted);
    expect(await codeOf(() => authenticatorFor().authenticate(`Bearer ${token}`, {}))).toBe(
      'unauthenticated',
    );
  });

  it('without signature, or with a shared secret, is nobody', async () => {
    const [, payload = ''] = (await tokenWith()).split('.');
    const none = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    const secret = Buffer.from(JSON.stringify(keys.ed.jwk));
    const shared = await new SignJWT({ iss: issuer, aud: 'greffe', sub: 'alice', roles: ['dpo'] })
      .setProtectedHeader({ alg: 'HS256', typ: 'at+jwt', kid: 'ed' })
      .setExpirationTime('5m')
      .sign(secret);
    for (const token of [`${none}.${payload}.`, shared]) {
      expect(await codeOf(() => authenticatorFor().authenticate(`Bearer ${token}`, {}))).toBe(
        'unauthenticated',
      );
    }
  });

  it('may have another type where the installation says so', async () => {
    const token = await tokenWith({ header: { typ: 'JWT' } });
    const authenticator = authenticatorFor({ tokenTypes: ['at+jwt', 'JWT'] });
    expect(await codeOf(() => authenticator.authenticate(`Bearer ${token}`, {}))).toBe('accepted');
  });

  it('may carry its roles where the issuer puts them', async () => {
    const nested = await tokenWith({
      claims: { roles: undefined, realm_access: { roles: ['auditor', 'offline_access'] } },
    });
    const caller = await authenticatorFor({ rolesClaim: 'realm_access.roles' }).authenticate(
      `Bearer ${nested}`,
      {},
    );
    expect(caller.roles).toEqual(['auditor']);
    const dotted = await tokenWith({ claims: { roles: undefined, 'https://ledger.example/roles': 'dpo' } });
    const other = await authenticatorFor({ rolesClaim: 'https://ledger.example/roles' }).authenticate(
      `Bearer ${dotted}`,
      {},
    );
    expect(other.roles).toEqual(['dpo']);
  });

  it('without any role or scope of ours is known and may do nothing', async () => {
    const token = await tokenWith({ claims: { roles: ['admin', '__proto__'], scope: 'openid profile' } });
    expect(await codeOf(() => authenticatorFor().authenticate(`Bearer ${token}`, {}))).toBe('forbidden');
  });
});

describe('an issuer that cannot be asked', () => {
  it('is a dependency that is down, not a wrong token', async () => {
    const token = await tokenWith();
    isDown = true;
    expect(await codeOf(() => authenticatorFor().authenticate(`Bearer ${token}`, {}))).toBe(
      'identity-unavailable',
    );
    expect(
      await codeOf(() => authenticatorFor({ jwksUrl: `${issuer}/keys` }).authenticate(`Bearer ${token}`, {})),
    ).toBe('identity-unavailable');
    const nowhere = authenticatorFor({ jwksUrl: 'http://127.0.0.1:1/keys' });
    expect(await codeOf(() => nowhere.authenticate(`Bearer ${token}`, {}))).toBe('identity-unavailable');
  });

  it('is asked again once it is back', async () => {
    const authenticator = authenticatorFor();
    const header = `Bearer ${await tokenWith()}`;
    isDown = true;
    await codeOf(() => authenticator.authenticate(header, {}));
    isDown = false;
    expect(await codeOf(() => authenticator.authenticate(header, {}))).toBe('accepted');
  });

  it('whose discovery document is of somebody else is not believed', async () => {
    metadata = { issuer: 'https://other.example', jwks_uri: `${issuer}/keys` };
    const token = await tokenWith();
    expect(await codeOf(() => authenticatorFor().authenticate(`Bearer ${token}`, {}))).toBe(
      'identity-unavailable',
    );
    expect(fetched.keys).toBe(0);
  });
});

describe('a service key', () => {
  it('is its holder, within what the role service may do', async () => {
    const caller = await authenticatorFor().authenticate('Bearer grf_good', {});
    expect(caller).toMatchObject({ actorId: ID, kind: 'service', roles: ['service'], clientId: 'shop' });
    expect([...caller.scopes]).toEqual(['consents:write']);
  });

  it('that is unknown is nobody, and asks no issuer', async () => {
    expect(await codeOf(() => authenticatorFor().authenticate('Bearer grf_bad', {}))).toBe('unauthenticated');
    expect(fetched.discovery).toBe(0);
  });
});

describe('a header that is no bearer token', () => {
  it.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer a b',
    'Bearer é',
    `Bearer ${'x'.repeat(9000)}`,
  ])('%p is nobody, without asking anybody', async (header) => {
    expect(await codeOf(() => authenticatorFor().authenticate(header, {}))).toBe('unauthenticated');
    expect(fetched).toEqual({ discovery: 0, keys: 0 });
  });
});
