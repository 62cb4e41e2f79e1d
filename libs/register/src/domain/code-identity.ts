import { canonicalJson, sha256, type Uuid } from '#kernel';

/**
 * The id of the purpose with this code, the register line with this reference, the data controller with this SIREN: in
 * every ledger the same UUIDv8 over kind and code. A code therefore has exactly one stream, and the store's own check
 * of revisions makes it unique: no reservation that could be left behind, no look at a read model that could lag. A
 * code stays taken after retirement, so that old acts keep their meaning. (Nothing personal is in it: codes are the
 * organisation's own words, a SIREN is published.)
 */
export function idOfCode(kind: 'controller' | 'purpose' | 'activity', code: string): Uuid {
  const bytes = sha256(canonicalJson(['register', kind, code])).subarray(0, 16);
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
