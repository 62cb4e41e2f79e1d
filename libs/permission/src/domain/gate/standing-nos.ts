import type { GateFacts, No } from './facts.js';

/** The question that a "no" may cover. */
export interface Scope {
  readonly purposeId: string;
  readonly channel: string;
  readonly controllerId: string;
}

/** Lawful bases that neither a withdrawal nor an objection to marketing touches (Art. 7(3), 21(1) to (3)). */
const UNTOUCHED_BASES = ['contract', 'legal-obligation', 'vital-interests', 'public-task'];

/** Whether a "no" covers a question. An unknown purpose may be any purpose, so it covers all of them. */
export function covers(no: No, { purposeId, channel, controllerId }: Scope): boolean {
  return (
    (isWide(no) || no.purposeId === purposeId) &&
    (no.channel === 'all' || no.channel === channel) &&
    (no.controllerId === null || no.controllerId === controllerId)
  );
}

/** Every "no" that covers a question. */
export function nosOn({ nos }: Pick<GateFacts, 'nos'>, scope: Scope): readonly No[] {
  return nos.filter((no) => covers(no, scope));
}

/**
 * Those of them that also stand against a message of service on such a lawful basis: a "no" to everything ends what
 * rests on consent or on legitimate interests, and leaves what a contract or the law demands. A "no" to that very
 * purpose, and on grounds of the person's situation to a task of public interest, stands against it.
 */
export function nosOnService(nos: readonly No[], lawfulBasis: string): readonly No[] {
  if (!UNTOUCHED_BASES.includes(lawfulBasis)) return nos;
  return nos.filter(
    (no) => !isWide(no) || (no.kind === 'objected-on-grounds' && lawfulBasis === 'public-task'),
  );
}

function isWide({ purposeId }: No): boolean {
  return purposeId === 'all' || purposeId === 'unknown';
}
