import type { Pool } from 'pg';
import { categoryOf, type StreamName } from '#event-store';
import type { Uuid } from '#kernel';
import { STANDING } from '../audit/audit-copy.js';
import { gateCategories, type GateCategory } from '../gate/floor.js';

/** No stream gets here: the gate, finding its floor unreached, answers no for ever (ADR 0018). */
export const UNREACHABLE = BigInt(Number.MAX_SAFE_INTEGER);

/** A stream of a person about which more was answered, or recorded, than anybody still holds. */
export interface HeldFloor {
  readonly subjectId: Uuid;
  readonly category: GateCategory;
}

/**
 * Whose facts are lost beyond recovery. Unknown means no: a "no" may be among them. These are the people of streams
 * whose lost end cannot be entered again, and those whose floor stands higher than all that is known of the stream: a
 * command had been answered whose event neither the store nor the audit copy has.
 */
export async function heldFloors(
  pool: Pool,
  lostStreams: ReadonlySet<StreamName>,
  unseenEnds: ReadonlyMap<StreamName, bigint>,
): Promise<readonly HeldFloor[]> {
  const { rows } = await pool.query<{ subject_id: Uuid; category: GateCategory; revision: string }>(
    `SELECT f.subject_id, f.category, f.revision FROM ops.gate_floor f
      WHERE f.revision < $1 AND f.revision > coalesce(
        (SELECT rev FROM audit.entry WHERE stream = f.category || '-' || f.subject_id AND ${STANDING}
          ORDER BY rev DESC LIMIT 1), -1)`,
    [UNREACHABLE],
  );
  const unknown = rows.filter(
    ({ subject_id: id, category, revision }) =>
      BigInt(revision) > (unseenEnds.get(`${category}-${id}`) ?? -1n),
  );
  const held = new Map(
    unknown.map(({ subject_id: subjectId, category }) => [
      `${category}-${subjectId}`,
      { subjectId, category },
    ]),
  );
  for (const stream of lostStreams) {
    const category = categoryOf(stream);
    if (isGateCategory(category))
      held.set(stream, { subjectId: stream.slice(category.length + 1), category });
  }
  return [...held.values()];
}

function isGateCategory(category: string): category is GateCategory {
  return (gateCategories as readonly string[]).includes(category);
}
