import type { ContactFacts } from '#contacts';
import type { GateFacts } from '../domain/gate/facts.js';

/** What the gate judges by, from what is known of a person; links and how consents were recorded decide nothing. */
export function gateFactsOf(facts: ContactFacts, isParked: boolean): GateFacts {
  const { subject, contactPoints, consents, nos, restrictions, relationships, solicitations, informed } =
    facts;
  return {
    isParked,
    subject,
    contactPoints,
    consents,
    nos,
    restrictions,
    relationships,
    solicitations,
    informed,
  };
}
