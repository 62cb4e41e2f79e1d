import { indicators, sourceKinds, type Indicator, type SourceKind } from '#kernel';
import { BoolField, EnumField, InstantField, NestedField, SlugField, UuidField } from '#http';
import { MAX_TOPICS, preferredFrequencies, type PreferredFrequency } from '../contract.js';

/** A topic, by the code that the organisation gives it. */
export class TopicDto {
  @SlugField({ example: 'nouveautes' })
  topic!: string;

  @BoolField({ example: true })
  wanted!: boolean;
}

/** What a person likes to read: the whole of it. */
export class StatePreferencesDto {
  @NestedField(() => TopicDto, {
    array: true,
    max: MAX_TOPICS,
    description: 'Each topic once. Of others the person says nothing; an empty list takes everything back.',
  })
  topics!: TopicDto[];

  @EnumField(preferredFrequencies, { optional: true, example: 'monthly' })
  frequency?: PreferredFrequency;

  @EnumField(indicators, { fallback: 'data-subject' })
  indicatedBy!: Indicator;

  @EnumField(sourceKinds, { example: 'preference-centre' })
  source!: SourceKind;

  @InstantField({ optional: true, notFuture: true, description: 'When it was said; now if absent.' })
  occurredAt?: string;
}

/** What a person likes to read, as it stands. */
export class PreferencesDto {
  @UuidField()
  subjectId!: string;

  @NestedField(() => TopicDto, { array: true })
  topics!: readonly TopicDto[];

  @EnumField(preferredFrequencies, { optional: true })
  frequency?: PreferredFrequency;

  @InstantField({ optional: true, description: 'When it was said; absent: nothing was.' })
  statedAt?: string;
}
