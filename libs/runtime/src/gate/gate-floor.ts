import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import { categoryOf } from '#event-store';
import { Coalesced, isUuid } from '#kernel';
import { StreamWriter, type Recorded } from '../command/stream-writer.js';
import { isDatabaseUnavailable } from '../ledger/database-unavailable.js';
import { PG_POOL } from '../nest/tokens.js';
import {
  columnsOf,
  gateCategories,
  raiseFloors,
  RecordedNotYetEffective,
  type Floor,
  type GateCategory,
} from './floor.js';

/** A statement that takes longer has failed, whatever becomes of it: a floor may be raised any number of times. */
const MAX_STATEMENT_MS = 5000;

/**
 * "A no takes effect at once" (`architecture.md` §6, ADR 0018): before any step on one of a person's streams is
 * answered, the floor of that stream stands at the revision that the step has seen, also where it had nothing to append.
 * Whoever reads rows that are below the floor does not use them. The floors of a command that stands in the command log
 * go with its end, into one statement; any other step raises its own.
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

  private async raiseFor({ step: { stream, context }, revision }: Recorded): Promise<void> {
    const category = categoryOf(stream);
    const subjectId = stream.slice(category.length + 1);
    if (revision === undefined || !isGateCategory(category) || !isUuid(subjectId)) return;
    const floor: Floor = { subjectId, category, revision };
    if (context.floors?.add(floor) !== true) await this.raise(floor);
  }

  private async write(floors: readonly Floor[]): Promise<undefined[]> {
    const statement = {
      name: 'gate-floor-raise',
      text: raiseFloors(1),
      values: [...columnsOf(floors)],
      query_timeout: MAX_STATEMENT_MS,
    };
    await this.pool.query(statement);
    return floors.map(() => undefined);
  }
}

function isGateCategory(category: string): category is GateCategory {
  return (gateCategories as readonly string[]).includes(category);
}
