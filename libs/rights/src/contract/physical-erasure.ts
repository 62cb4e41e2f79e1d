import { Type } from 'typebox';
import { scopes } from '#kernel';
import { DayShape, InstantShape, OneOf, PersonalStreamShape, Strict, UuidShape } from '#event-store/contract';

/** Techniques after which data is physically gone; a destroyed key alone is none of them. */
const purgeTechniques = ['stream-scavenge', 'physical-delete'] as const;

/** So many names of streams fit into one entry of a proof. */
export const MAX_PURGED_STREAMS = 200;

/** Part of the contract: what follows when the keys are dead, until nothing is left (Art. 17(1)). */
export const physicalErasure = {
  PersonalStreamClosed: {
    version: 1,
    category: 'rights',
    meaning:
      'A personal stream whose key is dead takes no event any more. Recorded before the store closes it; if the close meets a newer revision it is recorded again, and the newest counts.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      scope: OneOf(scopes),
      generation: Type.Integer({ minimum: 1 }),
      stream: PersonalStreamShape,
      /** Where the stream ends; absent: it was never written. The audit copy holds the stream up to here. */
      lastRevision: Type.Optional(Type.Integer({ minimum: 0 })),
    }),
  },
  PersonalStreamsPurged: {
    version: 1,
    category: 'rights',
    meaning:
      'The payload of these closed streams is physically gone: after the purge a probe of every node of the store found nothing of them (“effacé”).',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      streams: Type.Array(PersonalStreamShape, {
        minItems: 1,
        maxItems: MAX_PURGED_STREAMS,
        uniqueItems: true,
      }),
      purgeRunId: UuidShape,
      technique: OneOf(purgeTechniques),
      /** End of the probe that found nothing. */
      provenAt: InstantShape,
      /**
       * Day on which the last backup that may still hold the ciphertext has expired, by the retention that the operator
       * had declared by then; absent: none was declared, so nobody can say.
       */
      backupsDeadBy: Type.Optional(DayShape),
    }),
  },
  ErasureCompleted: {
    version: 1,
    category: 'rights',
    meaning:
      'Every step of the erasure is proven: keys destroyed, purgers acknowledged, streams physically gone, and nothing lives on that was kept to notify recipients.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      completedAt: InstantShape,
    }),
  },
  PurgeRequested: {
    version: 1,
    category: 'purge',
    meaning:
      'Somebody asks for a purge of the event store now, instead of waiting for the next one that is due.',
    data: Strict({ runId: UuidShape }),
  },
  PurgeRunRecorded: {
    version: 1,
    category: 'purge',
    meaning:
      'The event store was purged of closed streams, or only searched for what must be gone, node by node. Names no person and no stream.',
    data: Strict({
      runId: UuidShape,
      /** How payloads were removed; absent: nothing had to be removed, the nodes were only searched. */
      technique: Type.Optional(OneOf(purgeTechniques)),
      startedAt: InstantShape,
      endedAt: InstantShape,
      nodes: Type.Array(
        Strict({
          node: Type.String({ pattern: '^[A-Za-z0-9._:\\[\\]-]{1,255}$' }),
          /** How often the node was purged in this run. */
          runs: Type.Integer({ minimum: 0 }),
          /** Streams that had been proven gone and were found again before this run: an old disk or backup came back. */
          foundBefore: Type.Integer({ minimum: 0 }),
          /** Closed streams of which something could still be read at the end. */
          remaining: Type.Integer({ minimum: 0 }),
        }),
        { minItems: 1, maxItems: 100 },
      ),
    }),
  },
} as const;
