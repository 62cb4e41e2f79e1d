import type { DecidingFacts } from '#contacts';
import { staleFrom } from './gate-notices.js';
import type { RegisterHistories } from './gate-histories.js';
import type { GateFacts } from '../domain/gate/facts.js';

/**
 * What the gate judges by, from what is known of a person and of the notices that consents to the purposes asked about
 * rest on. A consent whose notice was not read is stale.
 */
export function gateFactsOf(facts: DecidingFacts, isParked: boolean, notices: RegisterHistories): GateFacts {
  const { subject, contactPoints, consents, nos, restrictions, relationships, solicitations, informed } =
    facts;
  return {
    isParked,
    subject,
    contactPoints,
    consents: consents.map((consent) => ({
      ...consent,
      staleFrom: staleFrom(notices.get(consent.notice.noticeId), consent.notice.version),
    })),
    nos,
    restrictions,
    relationships,
    solicitations,
    informed,
  };
}
