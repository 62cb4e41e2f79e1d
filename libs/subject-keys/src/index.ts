export * from './actors/actor-map.js';
export * from './alarm.js';
export * from './archive/archive-index.js';
export * from './claims/blind-index.js';
export * from './claims/claim-errors.js';
export * from './claims/contact-claims.js';
export * from './claims/contact-kind.js';
export * from './claims/contact-value.js';
export * from './claims/normalise.js';
export * from './daily/daily-keys.js';
export { migrateKeyStore } from './database/migrate.js';
export * from './envelope/envelope.js';
export {
  assertEnvelope,
  ciphertextHash,
  discloseMessageKey,
  openDisclosed,
  openEnvelope,
  sealEnvelope,
  type EnvelopeOwner,
} from './envelope/seal.js';
export { keyFingerprint } from './envelope/key-material.js';
export * from './errors.js';
export * from './kek/file-kek-provider.js';
export * from './kek/kek-provider.js';
export {
  KEK_EPOCH_DAYS,
  type DestroyedEpoch,
  type Epoch,
  type KekRotation,
  type RotationReport,
} from './kek/kek-rotation.js';
export { KeyFolderUnsafe } from './kek/key-folder.js';
export * from './kek/memory-kek-provider.js';
export * from './key-store.js';
export * from './keys/destruction.js';
export type { KeyInfo, KeyState } from './keys/key-row.js';
export type { KeyDeclaration, PrepareKey, PreparedKey } from './keys/provisioning.js';
export type { Disclosed, OpenItem, Opened, SealItem, UnreadableReason } from './keys/sealing.js';
export * from './keys/subject-keys.js';
export type {
  LedgerDeclaration,
  LedgerErasure,
  LedgerKey,
  ReconcileReport,
  ReconciledKey,
} from './keys/reconcile-facts.js';
export { hmacSha256, type NamedKey, type NamedKeys } from './named/named-keys.js';
export { packedIds, SealedTokens, unpackedId } from './named/sealed-tokens.js';
export * from './reconcile-gate.js';
export * from './service-keys/service-keys.js';
export * from './suppression/suppression-keys.js';
export * from './suppression/suppression-list.js';
