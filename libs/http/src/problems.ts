import type { RejectionCode } from '#kernel';
import type { PlatformCode } from './problems/platform-code.js';
import { conditionProblems } from './problems/conditions.js';
import { consentProblems } from './problems/consent-problems.js';
import { consentRequestProblems } from './problems/consent-request-problems.js';
import { dependencyProblems } from './problems/dependencies.js';
import { policyProblems } from './problems/policy-problems.js';
import type { ProblemType } from './problems/problem-type.js';
import { registerProblems } from './problems/register-problems.js';
import { requestProblems } from './problems/requests.js';
import { rightsProblems } from './problems/rights-problems.js';
import { solicitationProblems } from './problems/solicitation-problems.js';
import { subjectProblems } from './problems/subject-problems.js';

/** Every code that a problem document can carry. */
export type ProblemCode = RejectionCode | PlatformCode;

/**
 * The one table of problems: what each code means, its status, its words in French and English, and whether trying
 * again helps. A code without a line fails to compile; each line has a page, `/problems/<code>`.
 */
export const problems: Readonly<Record<ProblemCode, ProblemType>> = {
  ...requestProblems,
  ...conditionProblems,
  ...dependencyProblems,
  ...subjectProblems,
  ...consentProblems,
  ...consentRequestProblems,
  ...rightsProblems,
  ...registerProblems,
  ...policyProblems,
  ...solicitationProblems,
};

/** Whether a text is the code of a problem. */
export function isProblemCode(text: string): text is ProblemCode {
  return Object.hasOwn(problems, text);
}
