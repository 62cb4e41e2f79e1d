import type { Uuid } from '#kernel';

/** Categories of the streams by which it is decided whether a person may be contacted; each is named by the person. */
export const gateCategories = [
  'subject',
  'consent',
  'rights',
  'relationship',
  'solicitation',
  'information',
] as const;
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

/**
 * The floors of one command's steps, which the command log raises in the statement that ends the command: until then it
 * has no answer. Once they are taken, later steps raise their own.
 */
export class DueFloors {
  readonly #floors: Floor[] = [];
  #isTaken = false;

  /** Whether somebody will still raise it. */
  add(floor: Floor): boolean {
    if (!this.#isTaken) this.#floors.push(floor);
    return !this.#isTaken;
  }

  /** Who takes them raises them; there are none to take after. */
  take(): readonly Floor[] {
    this.#isTaken = true;
    return this.#floors.splice(0);
  }
}

/**
 * Raises floors; $`first` and the two parameters after it come from {@link columnsOf}. The commit must wait for the
 * disk: a floor that a crash took back would let an older answer through.
 */
export const raiseFloors = (first: number): string =>
  `INSERT INTO ops.gate_floor (subject_id, category, revision)
   SELECT * FROM unnest($${String(first)}::uuid[], $${String(first + 1)}::text[], $${String(first + 2)}::bigint[])
   ON CONFLICT (subject_id, category) DO UPDATE SET revision = excluded.revision
    WHERE gate_floor.revision < excluded.revision`;

/** One row per stream, in one order: no two statements wait for each other in a circle. */
export function columnsOf(floors: readonly Floor[]): readonly [Uuid[], GateCategory[], bigint[]] {
  const highest = [...highestOf(floors)].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, floor]) => floor);
  return [
    highest.map(({ subjectId }) => subjectId),
    highest.map(({ category }) => category),
    highest.map(({ revision }) => revision),
  ];
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
