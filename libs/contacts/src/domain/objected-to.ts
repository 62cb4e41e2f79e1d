import { covers, isOnQuestion } from './choice-states.js';
import { isValid } from './consent-end.js';
import type { GivenConsent, KindOfNo } from './contact-facts.js';
import type { DecidingFacts } from './deciding-facts.js';

/** A purpose of a data controller, on a channel. */
export type ObjectionQuestion = Pick<GivenConsent, 'purposeId' | 'channel' | 'controllerId'>;

const OBJECTIONS: readonly KindOfNo[] = ['objected', 'objected-on-grounds', 'suppressed'];

/**
 * Whether an objection (Art. 21) or an entry of the suppression list stands against a question, which a newer consent
 * of the person would have lifted.
 */
export function isObjectedTo(
  { nos, consents }: Pick<DecidingFacts, 'nos' | 'consents'>,
  question: ObjectionQuestion,
): boolean {
  return nos.some(
    (no) =>
      OBJECTIONS.includes(no.kind) &&
      covers(no, question) &&
      !consents.some(
        (consent) => isOnQuestion(consent, question) && isValid(consent) && consent.givenAt > no.at,
      ),
  );
}
