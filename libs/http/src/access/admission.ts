import { Problem } from '../problems/problem.js';
import type { RoutePlan } from '../routes/route-plan.js';
import type { Caller } from './caller.js';

/** The parameter of the path that names the person concerned. */
const OWNER_PARAM = 'subjectId';

/**
 * Lets a caller into a route or throws `forbidden`. The answer never depends on whether the person exists, so a data
 * subject cannot find out who else is in the ledger.
 */
export function admit(plan: RoutePlan, caller: Caller, params: unknown): void {
  const { access, owner } = plan;
  if (access.kind === 'public') return;
  if (!caller.scopes.has(access.scope))
    throw new Problem('forbidden', { note: `Needs the scope ${access.scope}.` });
  if (caller.subjectId === undefined || owner === 'handler') return;
  if ((params as Readonly<Record<string, unknown>>)[OWNER_PARAM] !== caller.subjectId) {
    throw new Problem('forbidden', { note: 'A data subject reaches their own data only.' });
  }
}
