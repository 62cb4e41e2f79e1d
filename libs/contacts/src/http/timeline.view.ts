import type { UiLanguage } from '#http';
import type { Names } from '../domain/sentences/phrases.js';
import { actorWords, sentenceOf } from '../domain/sentences/sentence-of.js';
import { evidenceOf } from '../domain/timeline-event.js';
import type { TimelineEntry } from '../read-model/timeline.query.js';
import type { TimelineEntryDto } from './timeline.dto.js';

/** An entry as the API tells it; `data` are the facts behind the sentence. */
export function timelineEntryView(
  entry: TimelineEntry,
  names: Names,
  language: UiLanguage,
  token: string,
): TimelineEntryDto {
  const { id, type, occurredAt, recordedAt, stream, revision, actor, data } = entry;
  return {
    eventId: id,
    type,
    sentence: sentenceOf(entry, names, language),
    who: { kind: actor.k, ref: actor.ref, label: actorWords[actor.k][language] },
    occurredAt,
    recordedAt,
    stream,
    revision,
    evidence: evidenceOf(data),
    token,
    data,
  };
}
