import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { categoryOf } from '#event-store';
import { Coalesced, isUuid, type Uuid } from '#kernel';
import { StreamWriter, type Recorded } from '../command/stream-writer.js';
import { isDatabaseUnavailable } from '../ledger/database-unavailable.js';
import { PG_POOL } from '../nest/tokens.js';

/** Categories of the streams by which it is decided whether a person may be contacted; each is named by the person. */
export const gateCategories = ['subject', 'consent', 'rights', 'relationship', 'solicitation'] as const;
export type GateCategory = (typeof gateCategories)[number];

/** Up to which revision of one of a person's streams the gate must know, or answer no. */
export interface Floor {
  readonly subjectId: Uuid;
  readonly category: GateCategory;
  readonly revision: bigint;
}

/**
 * The act stands in the ledger, but the floor that keeps the gate from an older answer could not be raised. A retry
 * finds the act and raises it.
 */
export class RecordedNotYetEffective extends Error {
  override readonly name = 'RecordedNotYetEffective';
  constructor(cause: unknown) {
    super('The act is recorded, and not yet effective', { cause });
  }
}

/** A statement that takes longer has failed, whatever becomes of it: a floor may be raised any number of times. */
const MAX_STATEMENT_MS = 5000;

/** The commit waits for the disk: a floor that a crash took back would let an older answer through. */
const RAISE = `INSERT INTO ops.gate_floor (subject_id, category, revision)
  SELECT * FROM unnest($1::uuid[], $2::text[], $3::bigint[])
  ON CONFLICT (subject_id, category) DO UPDATE SET revision = excluded.revision
   WHERE gate_floor.revision < excluded.revision`;

/**
 * "A no takes effect at once" (`architecture.md` §6, ADR 0018): before any step on one of a person's streams is
 * answered, the floor of that stream stands at the revision that the step has seen, also where it had nothing to append.
 * Whoever reads rows that are below the floor does not use them.
 */
@Injectable()
export class GateFloor {
  readonly #raised = new Coalesced<Floor, undefined>({
    write: (floors) => this.write(floors),
    isCommon: isDatabaseUnavailable,
  });

  constructor(
    @Inject(PG_POOL) private readonly pool: pg.Pool,
    writer: StreamWriter,
  ) {
    writer.afterAppend((recorded) => this.raiseFor(recorded));
  }

  /** The floor stands at least at this revision when it resolves. Throws {@link RecordedNotYetEffective}. */
  async raise(floor: Floor): Promise<void> {
    try {
      await this.#raised.add(floor);
    } catch (error) {
      throw new RecordedNotYetEffective(error);
    }
  }

  private async raiseFor({ step: { stream }, revision }: Recorded): Promise<void> {
    const category = categoryOf(stream);
    const subjectId = stream.slice(category.length + 1);
    if (revision === undefined || !isGateCategory(category) || !isUuid(subjectId)) return;
    await this.raise({ subjectId, category, revision });
  }

  /** One row per stream, in one order: no two statements wait for each other in a circle. */
  private async write(floors: readonly Floor[]): Promise<undefined[]> {
    const highest = [...highestOf(floors)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, floor]) => floor);
    const statement = {
      name: 'gate-floor-raise',
      text: RAISE,
      values: [
        highest.map(({ subjectId }) => subjectId),
        highest.map(({ category }) => category),
        highest.map(({ revision }) => revision),
      ],
      query_timeout: MAX_STATEMENT_MS,
    };
    await this.pool.query(statement);
    return floors.map(() => undefined);
  }
}

function highestOf(floors: readonly Floor[]): ReadonlyMap<string, Floor> {
  const highest = new Map<string, Floor>();
  for (const floor of floors) {
    const key = `${floor.subjectId} ${floor.category}`;
    const other = highest.get(key);
    if (other === undefined || other.revision < floor.revision) highest.set(key, floor);
  }
  return highest;
}

function isGateCategory(category: string): category is GateCategory {
  return (gateCategories as readonly string[]).includes(category);
}
