import { Inject, Injectable } from '@nestjs/common';
import { In, MoreThan, type DataSource } from 'typeorm';
import { page, type Page, type PastMoment } from '#http';
import type { Day, Uuid } from '#kernel';
import type { LedgerEvent, StreamName } from '#event-store';
import { AuditCopy, DATA_SOURCE, LedgerReader } from '#runtime';
import {
  activityStream,
  controllerStream,
  type ControllerData,
  type ProcessingActivityData,
  type RegisterRole,
} from '../contract.js';
import type { ActivityEnding, ActivityEvent } from '../domain/activity.decider.js';
import type { ControllerEvent } from '../domain/controller.decider.js';
import {
  activityOn,
  controllerOn,
  registerLine,
  type LineTimes,
  type RegisterLine,
} from '../domain/register-line.js';
import { placeInList } from './place-in-list.js';
import type { PageAsked } from './register-lists.query.js';
import { ActivityEntity, ControllerEntity } from './register.entity.js';

interface Described {
  readonly activity: ProcessingActivityData;
  readonly times: LineTimes;
}

/** The register of processing activities (Art. 30), today or as of a past day, by reference. */
@Injectable()
export class RegisterLines {
  constructor(
    @Inject(DATA_SOURCE) private readonly dataSource: DataSource,
    private readonly reader: LedgerReader,
    private readonly copy: AuditCopy,
  ) {}

  /** The register as it stands. */
  async today(role: RegisterRole, { limit, cursor }: PageAsked): Promise<Page<RegisterLine>> {
    const { rows, next } = await this.rows(limit, cursor, role);
    const described = rows.map(({ data, recordedAt, describedAt, ending, endedOn }): Described => ({
      activity: data,
      times: {
        recordedAt: recordedAt.toISOString(),
        describedAt: describedAt.toISOString(),
        ...(ending === null || endedOn === null
          ? {}
          : { ending: { reason: ending as ActivityEnding['reason'], endedOn } }),
      },
    }));
    const ids = controllersOf(described);
    const found = await this.dataSource.getRepository(ControllerEntity).findBy({ controllerId: In(ids) });
    const controllers = new Map(found.map(({ controllerId, data }) => [controllerId, data]));
    return page(
      described.map(({ activity, times }) => registerLine(activity, times, controllers)),
      next,
    );
  }

  /**
   * The register as it stood at the end of a past day, folded from the streams by when things happened: as far as is
   * known now, or as far as was `known` at a moment of the past. A page may hold fewer lines than asked for: lines of the other role, or that came later, are left out.
   */
  async asOf(
    day: Day,
    role: RegisterRole,
    { limit, cursor }: PageAsked,
    known?: PastMoment['known'],
  ): Promise<Page<RegisterLine>> {
    const { rows, next } = await this.rows(limit, cursor);
    const histories = await this.histories(
      rows.map(({ activityId }) => activityStream(activityId)),
      known,
    );
    const described = histories
      .flatMap((history) => activityOn(history as unknown as ActivityEvent[], day) ?? [])
      .filter(({ activity }) => activity.role === role);
    const controllers = await this.controllersOn(day, controllersOf(described), known);
    return page(
      described.map(({ activity, times }) => registerLine(activity, times, controllers)),
      next,
    );
  }

  private async controllersOn(
    day: Day,
    ids: readonly Uuid[],
    known: PastMoment['known'],
  ): Promise<ReadonlyMap<Uuid, ControllerData>> {
    const histories = await this.histories(ids.map(controllerStream), known);
    const standing = histories.flatMap(
      (history) => controllerOn(history as unknown as ControllerEvent[], day) ?? [],
    );
    return new Map(standing.map((controller) => [controller.controllerId, controller]));
  }

  /** Streams as they are, or as they were known; one that nobody knew then is empty. */
  private async histories(
    streams: readonly StreamName[],
    known: PastMoment['known'],
  ): Promise<readonly (readonly LedgerEvent[])[]> {
    const histories = await this.reader.many(streams);
    if (known === undefined) return histories;
    const newest =
      known.index === undefined
        ? new Map<StreamName, bigint>()
        : await this.copy.revisionsAt(streams, known.index);
    return histories.map((history, index) => {
      const upTo = newest.get(streams[index] ?? '') ?? -1n;
      return history.filter(({ revision }) => revision <= upTo);
    });
  }

  private async rows(limit: number, cursor: string | undefined, role?: RegisterRole) {
    const after = placeInList(cursor, ['text']);
    const found = await this.dataSource.getRepository(ActivityEntity).find({
      where: {
        ...(role === undefined ? {} : { role }),
        ...(after === undefined ? {} : { reference: MoreThan(String(after[0])) }),
      },
      order: { reference: 'ASC' },
      take: limit + 1,
    });
    const rows = found.slice(0, limit);
    const last = rows.at(-1);
    return { rows, next: found.length > limit && last !== undefined ? [last.reference] : undefined };
  }
}

function controllersOf(described: readonly Described[]): Uuid[] {
  const named = described.flatMap(({ activity }) => [
    ...(activity.controllerId === undefined ? [] : [activity.controllerId]),
    ...activity.jointControllerIds,
  ]);
  return [...new Set(named)];
}
