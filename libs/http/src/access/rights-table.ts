import type { ListedRoute } from '../routes/route-list.js';
import { scopesOfRole, type Role } from './api-scopes.js';

/**
 * Whether a role may call a route, as the tables say it; a test asks the running server the same for every cell. For
 * role `subject` the answer is about the caller's own `subjectId`: on anybody else's it is always no.
 */
export function mayCall(role: Role, { path, plan }: ListedRoute): boolean {
  const { access, owner } = plan;
  if (access.kind === 'public') return true;
  if (!scopesOfRole[role].includes(access.scope)) return false;
  return role !== 'subject' || owner === 'handler' || path.split('/').includes(':subjectId');
}
