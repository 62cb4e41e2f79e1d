import { isTelephone } from '#kernel';
import type { ConsentGiven } from '../contract.js';

/** How well a consent can be demonstrated (Art. 7(1)). */
export type ProofGrade = 'strong' | 'adequate' | 'weak' | 'undemonstrable';

/** What a consent's proof lacks. */
export type MissingProof =
  | 'collection-form'
  | 'contact-point'
  | 'withdrawal-method'
  | 'clear-positive-act'
  | 'technical-trace'
  | 'goods-nature'
  | 'consent-period'
  | 'prompt-recording';

/** Beyond this many days between act and record, the record no longer speaks for itself. */
const PROMPT_DAYS = 31;

/** Without one of these the consent cannot carry a contact, whatever else is there. */
const DECISIVE: readonly MissingProof[] = [
  'clear-positive-act',
  'goods-nature',
  'consent-period',
  'contact-point',
];

/**
 * Nor, on the telephone, without one of these: a request that is not known to have said who asks, that one may refuse, and
 * how to withdraw is incomplete, and an incomplete one makes the consent void (C. conso. R.223-1 I and II).
 */
const DECISIVE_BY_TELEPHONE: readonly MissingProof[] = ['collection-form', 'withdrawal-method'];

/**
 * Grades the proof of one consent. *Strong*: nothing is missing, the form version shows what the person saw.
 * *Adequate*: a minor element is missing. *Weak*: a form or several elements are missing. *Undemonstrable*: an
 * element that the law makes a condition is missing (for the telephone C. conso. R.223-1 adds its own).
 */
export function gradeProof(
  consent: ConsentGiven,
  recordedAt: string,
): { readonly grade: ProofGrade; readonly missing: readonly MissingProof[] } {
  const missing = missingProof(consent, recordedAt);
  if (missing.some((element) => isDecisive(element, consent))) return { grade: 'undemonstrable', missing };
  if (missing.length === 0) return { grade: 'strong', missing };
  const isMinor = missing.length === 1 && missing[0] === 'technical-trace';
  return { grade: isMinor ? 'adequate' : 'weak', missing };
}

function isDecisive(element: MissingProof, { channel }: ConsentGiven): boolean {
  return DECISIVE.includes(element) || (isTelephone(channel) && DECISIVE_BY_TELEPHONE.includes(element));
}

function missingProof(consent: ConsentGiven, recordedAt: string): readonly MissingProof[] {
  const needsAddress = consent.channel !== 'push' && consent.channel !== 'social-dm';
  const lateByMs = Date.parse(recordedAt) - Date.parse(consent.occurredAt);
  const checks: readonly (readonly [MissingProof, boolean])[] = [
    ['collection-form', consent.proof.form === undefined],
    ['contact-point', needsAddress && consent.contactPointIds.length === 0],
    ['withdrawal-method', consent.proof.withdrawalMethods.length === 0],
    ['clear-positive-act', consent.proof.expression.method === 'api-import'],
    ['technical-trace', (consent.evidence ?? []).length === 0],
    ['goods-nature', isTelephone(consent.channel) && consent.goodsNature === undefined],
    ['consent-period', isTelephone(consent.channel) && consent.validUntil === undefined],
    ['prompt-recording', lateByMs > PROMPT_DAYS * 86_400_000],
  ];
  return checks.filter(([, isMissing]) => isMissing).map(([element]) => element);
}
