import { Problem, type Caller } from '#http';

/**
 * What everybody but auditors and data protection officers learns of an erased person: nothing (410).
 * Throws `erased`.
 */
export function assertMayReadErased({ roles }: Caller, isErased: boolean): void {
  const mayRead = roles.some((role) => role === 'auditor' || role === 'dpo');
  if (isErased && !mayRead) throw new Problem('erased');
}
