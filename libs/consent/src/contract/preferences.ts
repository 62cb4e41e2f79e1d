import { Type } from 'typebox';
import { indicators, sourceKinds } from '#kernel';
import { InstantShape, OneOf, SlugShape, Strict, UuidShape } from '#event-store/contract';

/** How often a person likes to hear from the organisation, from most to least. */
export const preferredFrequencies = ['as-it-comes', 'weekly', 'monthly', 'quarterly'] as const;
export type PreferredFrequency = (typeof preferredFrequencies)[number];

/** Topics that one statement names at most. */
export const MAX_TOPICS = 50;

/** Facts of `preferences-<uuid>`: what a person likes to read, which is neither a yes nor a no to being contacted. */
export const preferences = {
  PreferencesStated: {
    version: 1,
    category: 'preferences',
    meaning:
      'The person said which topics they like to read about, and how often. Replaces what they said before as a whole; it never makes or ends a consent.',
    data: Strict({
      actId: UuidShape,
      subjectId: UuidShape,
      /** Codes of the organisation, each named once; of others the person has said nothing. */
      topics: Type.Array(Strict({ topic: SlugShape, wanted: Type.Boolean() }), { maxItems: MAX_TOPICS }),
      /** Absent: no wish. */
      frequency: Type.Optional(OneOf(preferredFrequencies)),
      indicatedBy: OneOf(indicators),
      source: OneOf(sourceKinds),
      occurredAt: InstantShape,
    }),
  },
} as const;
