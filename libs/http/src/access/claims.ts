import type { JWTPayload } from 'jose';
import type { VerifiedClaims } from './ports.js';

/** Where an issuer writes what we read. Dots lead into nested claims: `realm_access.roles` (Keycloak). */
export interface ClaimNames {
  /** Default `roles`. */
  readonly rolesClaim?: string | undefined;
  /** Default `scope` (RFC 8693), a text of names separated by spaces; a list is read too. */
  readonly scopeClaim?: string | undefined;
}

/** What we read of a token whose signature, issuer, audience and time are checked. */
export function claimsOf(
  issuer: string,
  payload: JWTPayload,
  names: ClaimNames = {},
): VerifiedClaims | undefined {
  const { sub, exp } = payload;
  if (typeof sub !== 'string' || sub === '' || typeof exp !== 'number') return undefined;
  const client = payload['client_id'] ?? payload['azp'];
  return {
    issuer,
    sub,
    clientId: typeof client === 'string' && client !== '' ? client : sub,
    roles: namesIn(claimAt(payload, names.rolesClaim ?? 'roles')),
    scopes: namesIn(claimAt(payload, names.scopeClaim ?? 'scope')),
    expiresAt: exp,
  };
}

function claimAt(payload: JWTPayload, path: string): unknown {
  // A claim may have a dot in its own name (`https://ledger.example/roles`), which then wins over the path.
  if (Object.hasOwn(payload, path)) return payload[path];
  let value: unknown = payload;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

function namesIn(claim: unknown): readonly string[] {
  if (typeof claim === 'string') return claim.split(' ').filter((name) => name !== '');
  return Array.isArray(claim) ? claim.filter((name): name is string => typeof name === 'string') : [];
}
