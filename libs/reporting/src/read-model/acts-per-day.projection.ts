import { consentEvents } from '#consent/contract';
import { parisDay } from '#kernel';
import { registerEvents } from '#register/contract';
import { rightsEvents } from '#rights/contract';
import type { Projection } from '#runtime';
import { decisionEvents, solicitationEvents } from '#solicitation/contract';
import { subjectEvents } from '#subjects/contract';
import { ActsPerDayRow } from './acts-per-day.entity.js';

/** Acts of people and of the organisation; the ledger's own machinery (keys, sealed values) is not counted. */
const countedTypes = [
  subjectEvents,
  consentEvents,
  rightsEvents,
  registerEvents,
  solicitationEvents,
  decisionEvents,
].flatMap(({ definitions }) => definitions.map(({ type }) => type));

/** Acts per day and type, by when the ledger recorded them: a late import counts on the day it arrived. */
export const actsPerDayProjection: Projection = {
  name: 'acts-per-day',
  version: 1,
  entities: [ActsPerDayRow],
  // Acts of many people are one count.
  sharding: 'unsharded',
  handles: countedTypes,
  project: ({ type, recordedAt }) => {
    const key = { day: parisDay(recordedAt), event_type: type };
    return [
      {
        entity: ActsPerDayRow,
        key,
        evolve: (row) => ({ ...key, acts: ((row?.['acts'] as bigint | undefined) ?? 0n) + 1n }),
      },
    ];
  },
};
