export * from './contract.js';
export { ClaimReaper } from './application/claim-reaper.js';
export { ContactValues, type ContactInput } from './application/contact-values.js';
export { StaffEnrolment } from './application/staff-enrolment.js';
export { SubjectFacts, type KnownSubject } from './application/subject-facts.js';
export { SubjectRegistration, type Registered } from './application/subject-registration.js';
export { UnwantedAddresses, type PersonsAddress } from './application/unwanted-addresses.js';
export { ContactPointDto } from './http/subjects.dto.js';
export { SubjectsModule } from './subjects.module.js';
