/**
 * What a credential may do, as a closed list: a route names exactly one. Not to be mixed up with the retention scopes
 * of the kernel, which say for what a personal value is kept.
 */
export const apiScopes = [
  'subjects:write',
  'subjects:read',
  'subjects:lookup',
  'archive:lookup',
  'relationships:write',
  'information:write',
  'personal:reveal',
  'consents:write',
  'consents:read',
  'choices:record',
  'rights:write',
  'rights:read',
  'restrictions:write',
  'erasures:order',
  'erasures:read',
  'recipients:inform',
  'purges:request',
  'purges:read',
  'suppressions:read',
  'suppressions:write',
  'register:write',
  'register:read',
  'timeline:read',
  'access-log:read',
  'changes:read',
  'events:read',
  'projections:read',
  'projections:operate',
  'keys:manage',
  'reports:read',
  'policy:read',
  'contacts-made:write',
  'permissions:check',
  'permissions:record',
] as const;

/** One right that a credential may carry. */
export type ApiScope = (typeof apiScopes)[number];

/** Every role there is; a role is nothing but a set of scopes. */
export const roles = ['service', 'operator', 'dpo', 'auditor', 'analyst', 'subject', 'form'] as const;

/** Name of a role, as it stands in a token or beside a service key. */
export type Role = (typeof roles)[number];

/**
 * What each role may do.
 *
 * - `service`: a CRM, shop or e-mail platform. It writes what happened and asks before it sends; it holds the addresses
 *   itself, so it has no need to reveal any, and decisions about rights are left to people.
 * - `operator`: staff who answer a person. They look up, reveal (each look is recorded) and enter what the person says.
 * - `dpo`: decides: erasures, the register, suppression, service keys, and the machinery. Someone who only runs the
 *   machinery gets a credential of this role that is narrowed to `projections:*`.
 * - `auditor`: reads everything and changes nothing; pseudonyms until a reveal is recorded. With the `dpo` the only one
 *   who is told of whom an erasure retained proof.
 * - `analyst`: figures and the register; never a person.
 * - `subject`: the person concerned, on the routes of their own `subjectId` only. Erasure and rectification are asked
 *   for through a request, which staff must answer (Art. 12(3)); a choice takes effect at once.
 * - `form`: a web form's key. It records a choice and learns nothing.
 */
export const scopesOfRole: Readonly<Record<Role, readonly ApiScope[]>> = {
  service: [
    'subjects:write',
    'subjects:read',
    'subjects:lookup',
    'relationships:write',
    'information:write',
    'consents:write',
    'consents:read',
    'choices:record',
    'rights:write',
    'rights:read',
    'suppressions:write',
    'register:read',
    'changes:read',
    'policy:read',
    'contacts-made:write',
    'permissions:check',
    'permissions:record',
  ],
  operator: [
    'subjects:write',
    'subjects:read',
    'subjects:lookup',
    'relationships:write',
    'information:write',
    'personal:reveal',
    'consents:write',
    'consents:read',
    'choices:record',
    'rights:write',
    'rights:read',
    'restrictions:write',
    'erasures:read',
    'register:read',
    'timeline:read',
    'policy:read',
    'contacts-made:write',
    'permissions:check',
    'permissions:record',
  ],
  dpo: [...apiScopes],
  auditor: [
    'subjects:read',
    'subjects:lookup',
    'archive:lookup',
    'personal:reveal',
    'consents:read',
    'rights:read',
    'erasures:read',
    'purges:read',
    'suppressions:read',
    'register:read',
    'timeline:read',
    'access-log:read',
    'changes:read',
    'events:read',
    'projections:read',
    'reports:read',
    'policy:read',
    'permissions:check',
  ],
  analyst: ['register:read', 'projections:read', 'reports:read'],
  subject: [
    'subjects:read',
    'personal:reveal',
    'consents:write',
    'consents:read',
    'rights:write',
    'rights:read',
    'erasures:read',
    'timeline:read',
  ],
  form: ['choices:record'],
};

/** Whether a text names a scope of this API. */
export function isApiScope(text: string): text is ApiScope {
  return (apiScopes as readonly string[]).includes(text);
}

/** Whether a text names a role. */
export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}
