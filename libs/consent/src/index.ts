export * from './contract.js';
export {
  Asking,
  type AskInput,
  type PutRequest,
  type RequestAnswers,
  type Requested,
} from './application/asking.js';
export { ExpiringConsents } from './application/expiring-consents.js';
export { StatedPreferences } from './application/preferences.js';
export { SayingNo, type NoInput } from './application/saying-no.js';
export { recordedConsents, SayingYes, type ActInput, type AnswerInput } from './application/saying-yes.js';
export { ConsentModule } from './consent.module.js';
export type { Preferences } from './domain/preferences.decider.js';
export { gradeProof, type MissingProof, type ProofGrade } from './domain/proof-grade.js';
export { EvidenceDto, FormVersionDto, RecordedConsentDto, SayNoDto, SourceDto } from './http/consent.dto.js';
export { TopicDto } from './http/preferences.dto.js';
export { noOf } from './http/consent.controller.js';
