import { isUuid } from '#kernel';
import { isApiScope, isRole, scopesOfRole, type ApiScope, type Role } from './api-scopes.js';
import type { Caller } from './caller.js';
import type { VerifiedClaims } from './ports.js';

/** A caller before their pseudonym is known. */
export type CallerRights = Omit<Caller, 'actorId'>;

const STAFF: readonly Role[] = ['operator', 'dpo', 'auditor', 'analyst'];

/**
 * What a token allows. Its roles give their scopes; scopes of ours in its `scope` claim narrow that, so a credential
 * may carry fewer, never more. A token with scopes and no role is a program's. `undefined`: nothing at all, or role
 * `subject` in a combination that could reach another person.
 */
export function rightsOfToken(claims: VerifiedClaims): CallerRights | undefined {
  const roles = claims.roles.filter(isRole);
  const named = claims.scopes.filter(isApiScope);
  const scopes = roles.length === 0 ? new Set(named) : narrowed(scopesOf(roles), named);
  if (scopes.size === 0) return undefined;
  const { clientId } = claims;
  if (!roles.includes('subject')) return { kind: kindOf(roles), roles, scopes, clientId };
  if (roles.length > 1 || !isUuid(claims.sub)) return undefined;
  return { kind: 'subject', roles, scopes, clientId, subjectId: claims.sub };
}

/** What a static service key allows: never more than the role `service`, whatever stands beside the key. */
export function rightsOfServiceKey(key: {
  readonly clientId: string;
  readonly scopes: readonly string[];
}): CallerRights {
  const scopes = narrowed(new Set(scopesOfRole.service), key.scopes.filter(isApiScope), []);
  const isForm = [...scopes].every((scope) => scopesOfRole.form.includes(scope));
  return { kind: 'service', roles: [isForm ? 'form' : 'service'], scopes, clientId: key.clientId };
}

function scopesOf(roles: readonly Role[]): Set<ApiScope> {
  return new Set(roles.flatMap((role) => scopesOfRole[role]));
}

/** The scopes that both lists hold; all of the first if the second names none (`whenNone` unset). */
function narrowed(
  granted: ReadonlySet<ApiScope>,
  named: readonly ApiScope[],
  whenNone: Iterable<ApiScope> = granted,
): Set<ApiScope> {
  return named.length === 0 ? new Set(whenNone) : new Set(named.filter((scope) => granted.has(scope)));
}

function kindOf(roles: readonly Role[]): Caller['kind'] {
  return roles.some((role) => STAFF.includes(role)) ? 'operator' : 'service';
}
