import type { Evidence } from '../policy/vocabulary.js';
import type { DecidingEvent } from './decision.js';
import type { Informed } from './facts.js';
import type { GateCase } from './gate-case.js';
import { isValid } from './usable-consent.js';

type Known = Pick<GateCase, 'facts' | 'controllerId' | 'question'>;

/** What information given can show. */
const ABOUT_INFORMATION: readonly Evidence[] = ['information-given', 'source-named'];

/**
 * The first information of the person that counts (Art. 13, 14): of data that came from somebody else only what Art. 14
 * asks for, which names the source.
 */
export function informedBy({ facts, controllerId, question }: Known): Informed | undefined {
  const isDirect = facts.subject?.collection === 'direct';
  let first: Informed | undefined;
  for (const one of facts.informed) {
    const isCounting =
      one.controllerId === controllerId && one.at <= question.at && (isDirect || one.article === 'art-14');
    if (isCounting && (first === undefined || isEarlier(one, first))) first = one;
  }
  return first;
}

/**
 * Whether the person knows of the processing: they were told, or it is part of something else that is known. A consent
 * that was one rests on a notice, and so does an order at which the person could object.
 */
export function isInformed(known: Known): boolean {
  const { facts, controllerId } = known;
  const isOwn = (one: { readonly controllerId: string }): boolean => one.controllerId === controllerId;
  return (
    informedBy(known) !== undefined ||
    facts.consents.some((consent) => isOwn(consent) && isValid(consent)) ||
    facts.relationships.some((one) => isOwn(one) && one.contactCollection?.objectionOffered === true)
  );
}

/** The event by which information is shown, where a rule asks for any. */
export function informationOn(evidence: readonly Evidence[], known: Known): readonly DecidingEvent[] {
  if (!evidence.some((one) => ABOUT_INFORMATION.includes(one))) return [];
  const informed = informedBy(known);
  if (informed === undefined) return [];
  return [{ eventId: informed.eventId, category: 'information', revision: informed.revision }];
}

function isEarlier(a: Informed, b: Informed): boolean {
  return a.at === b.at ? a.eventId < b.eventId : a.at < b.at;
}
