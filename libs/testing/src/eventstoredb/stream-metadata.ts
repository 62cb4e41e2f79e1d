/** Roles that may do a thing with a stream; one role or several. */
type Roles = string | readonly string[];

/** Access list of a stream as the server stores it. */
export interface AccessList {
  readonly $r?: Roles;
  readonly $w?: Roles;
  readonly $d?: Roles;
  readonly $mr?: Roles;
  readonly $mw?: Roles;
}

/** The part of a stream's metadata that the double obeys. `$maxAge` and `$cacheControl` are kept and ignored. */
export interface StreamMetadata {
  readonly $tb?: number;
  readonly $maxCount?: number;
  readonly $acl?: AccessList;
}

/** Text of the metadata that a soft delete writes: everything before the end of time is truncated. */
export const SOFT_DELETED = '{"$tb":9223372036854775807}';

/** Reads stored metadata; what is no JSON object counts as none, as on the server. */
export function parseMetadata(data: Uint8Array | undefined): StreamMetadata {
  if (data === undefined) return {};
  try {
    const value: unknown = JSON.parse(Buffer.from(data).toString('utf8'));
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

/** Whether the stream was deleted softly and not written since. */
export function isSoftDeleted({ $tb }: StreamMetadata): boolean {
  return $tb !== undefined && $tb > Number.MAX_SAFE_INTEGER;
}

/** First revision that readers see. */
export function firstVisible(metadata: StreamMetadata, last: bigint): bigint {
  if (isSoftDeleted(metadata)) return last + 1n;
  const truncated = BigInt(metadata.$tb ?? 0);
  const counted = metadata.$maxCount === undefined ? 0n : last - BigInt(metadata.$maxCount) + 1n;
  return counted > truncated ? counted : truncated;
}
