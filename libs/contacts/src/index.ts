export { ContactsModule, contactsProjections } from './contacts.module.js';
export {
  ContactStates,
  MAX_STANDING,
  type KnownContact,
  type Standing,
  type StandingContact,
} from './application/contact-states.js';
export { PurposeNames } from './application/purpose-names.js';
export { inTurns } from './application/in-turns.js';
export { noFacts, type ContactFacts } from './domain/contact-facts.js';
export type { DecidingFacts } from './domain/deciding-facts.js';
export { ConsentExpiry } from './application/consent-expiry.js';
