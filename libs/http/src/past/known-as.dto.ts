import { InstantField, IntField } from '../validation/fields.js';
import type { PastMoment } from './past-moments.js';

/** What the ledger knew, and up to which entry: a verifier finds the same. */
export class KnownAsDto {
  @InstantField()
  instant!: string;

  @IntField({ min: 0, max: Number.MAX_SAFE_INTEGER, optional: true, description: 'Last entry known then.' })
  auditIndex?: number;
}

/** What the ledger knew, and up to which entry. */
export function knownAsView({ as, index }: NonNullable<PastMoment['known']>): KnownAsDto {
  return { instant: as, ...(index === undefined ? {} : { auditIndex: Number(index) }) };
}
