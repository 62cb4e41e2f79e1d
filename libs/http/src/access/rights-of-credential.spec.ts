import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { apiScopes, roles, scopesOfRole } from './api-scopes.js';
import { rightsOfServiceKey, rightsOfToken } from './rights-of-credential.js';

// Goal: a credential never carries more than its roles give, may carry fewer, and role subject never combines into
// reaching somebody else. Method: random roles and scopes, ours and foreign ones.

const ID = '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d';
const foreign = ['openid', 'admin', 'constructor', 'subjects:*', ''];
const claims = fc.record({
  issuer: fc.constant('https://id.example'),
  sub: fc.constantFrom(ID, 'alice'),
  clientId: fc.constant('crm'),
  roles: fc.subarray([...roles, ...foreign]),
  scopes: fc.subarray([...apiScopes, ...foreign]),
  expiresAt: fc.constant(0),
});

describe('the rights of a token', () => {
  it('are never more than its roles give', () => {
    fc.assert(
      fc.property(claims, (token) => {
        const rights = rightsOfToken(token);
        const granted = roles
          .filter((role) => token.roles.includes(role))
          .flatMap((role) => scopesOfRole[role]);
        for (const scope of rights?.scopes ?? []) {
          if (granted.length > 0) expect(granted).toContain(scope);
          else expect(token.scopes).toContain(scope);
        }
        expect(rights?.scopes.size).not.toBe(0);
      }),
    );
  });

  it('are fewer if its scopes say so, and those of the role if they name none of ours', () => {
    const token = { issuer: 'i', sub: 'alice', clientId: 'crm', roles: ['dpo'], expiresAt: 0 };
    const scopes = (names: string[]) => [...(rightsOfToken({ ...token, scopes: names })?.scopes ?? [])];
    expect(scopes(['openid', 'projections:operate'])).toEqual(['projections:operate']);
    expect(scopes(['openid'])).toEqual(scopesOfRole.dpo);
    expect(rightsOfToken({ ...token, roles: ['analyst'], scopes: ['erasures:order'] })).toBeUndefined();
  });

  it('of role subject belong to one person, and to nobody in doubt', () => {
    fc.assert(
      fc.property(claims, (token) => {
        const rights = rightsOfToken(token);
        if (!token.roles.includes('subject') || rights === undefined) {
          expect(rights?.subjectId).toBeUndefined();
          return;
        }
        expect(rights).toMatchObject({ kind: 'subject', roles: ['subject'], subjectId: token.sub });
        expect(token.sub).toBe(ID);
      }),
    );
  });

  it('say who acts: staff, or a program', () => {
    const kindOf = (names: string[], scopes: string[] = []) =>
      rightsOfToken({ issuer: 'i', sub: 'a', clientId: 'c', roles: names, scopes, expiresAt: 0 })?.kind;
    expect(['operator', 'dpo', 'auditor', 'analyst'].map((role) => kindOf([role]))).toEqual(
      Array(4).fill('operator'),
    );
    expect([kindOf(['service']), kindOf(['form']), kindOf([], ['consents:read'])]).toEqual(
      Array(3).fill('service'),
    );
  });
});

describe('the rights of a service key', () => {
  it('are within the role service, whatever stands beside the key', () => {
    fc.assert(
      fc.property(fc.subarray([...apiScopes, ...foreign]), (scopes) => {
        const rights = rightsOfServiceKey({ clientId: 'shop', scopes });
        for (const scope of rights.scopes) {
          expect(scopesOfRole.service).toContain(scope);
          expect(scopes).toContain(scope);
        }
      }),
    );
    expect(rightsOfServiceKey({ clientId: 'site', scopes: ['choices:record'] }).roles).toEqual(['form']);
    expect(rightsOfServiceKey({ clientId: 'site', scopes: [] }).scopes.size).toBe(0);
  });
});
