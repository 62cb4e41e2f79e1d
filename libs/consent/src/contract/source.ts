import { Type, type Static } from 'typebox';
import { sourceKinds } from '#kernel';
import { OneOf, SlugShape, Strict, UuidShape } from '#event-store/contract';

/** Where a choice came from; also answers Art. 14(2)(f) and 15(1)(g). */
export const SourceShape = Strict({
  kind: OneOf(sourceKinds),
  campaignId: Type.Optional(SlugShape),
  importId: Type.Optional(UuidShape),
  /** The list seller or partner from whom it came. */
  supplierId: Type.Optional(UuidShape),
});
export type Source = Static<typeof SourceShape>;
