import type { TimelineData, TimelineEvent } from '../timeline-event.js';
import type { Names } from './phrases.js';
import type { SentenceLanguage } from './words.js';

/** What one event type says, in each language. */
export type Sentence<T extends TimelineEvent['type']> = Readonly<
  Record<SentenceLanguage, (data: TimelineData<T>, names: Names) => string>
>;

/** One sentence per event type: a type without one does not compile. */
export type SentenceTable<T extends TimelineEvent['type'] = TimelineEvent['type']> = {
  readonly [K in T]: Sentence<K>;
};
