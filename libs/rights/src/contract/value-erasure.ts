import { Type } from 'typebox';
import { erasureGrounds, identityMethods, scopes } from '#kernel';
import { InstantShape, OneOf, Strict, UuidShape } from '#event-store/contract';
import { initiators } from './initiators.js';

/** So many single values may be erased by one order. */
export const MAX_ERASED_VALUES = 100;

/** Part of the contract: the erasure of single values, which leaves everything else of a person in place. */
export const valueErasure = {
  ValueErasureOrdered: {
    version: 1,
    category: 'rights',
    meaning:
      'Erasure of single values is decided (Art. 17(1)): an old number, a name that was rectified. Everything else of their scopes is sealed again in the next generation, then the older ones die. From here on a contact point that is named no longer belongs to the person.',
    data: Strict({
      erasureId: UuidShape,
      subjectId: UuidShape,
      ground: OneOf(erasureGrounds),
      initiator: OneOf(initiators),
      requestId: Type.Optional(UuidShape),
      requestedAt: InstantShape,
      identityCheck: Strict({ method: OneOf(identityMethods), at: InstantShape }),
      values: Type.Array(
        Strict({
          scope: OneOf(scopes),
          /** The event that references mean: the first one that sealed the value. */
          eventId: UuidShape,
          /** The contact point whose value it is. */
          contactPointId: Type.Optional(UuidShape),
        }),
        { minItems: 1, maxItems: MAX_ERASED_VALUES },
      ),
      /**
       * Restrictions that stood when the person chose the erasure of these values over them. They go on standing for
       * everything else; any other one stops the erasure until it is lifted.
       */
      despiteRestrictionIds: Type.Array(UuidShape, { maxItems: 100, uniqueItems: true }),
    }),
  },
} as const;
