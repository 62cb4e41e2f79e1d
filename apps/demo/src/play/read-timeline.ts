import { dayText, type Stage } from '../stage.js';

/** A page of a timeline, as far as the story reads it. */
export interface Timeline {
  readonly erased: boolean;
  readonly items: readonly {
    readonly sentence: string;
    readonly occurredAt: string;
    readonly recordedAt: string;
    readonly who: { readonly label: string };
  }[];
}

/** Tells a person's acts as an inspection reads them, and that looking left a trace. */
export async function readTimeline(stage: Stage, subjectId: string): Promise<void> {
  const { narrator, texts, auditor } = stage;
  narrator.chapter(texts.timeline.title);
  narrator.say(texts.timeline.about);
  const { items } = (await auditor.get<Timeline>(`/v1/subjects/${subjectId}/timeline?order=asc&limit=50`))
    .body;
  for (const line of timelineLines(stage, items)) narrator.show(line);
  const { items: looks } = (await auditor.get<{ items: readonly unknown[] }>('/v1/access-log')).body;
  narrator.say(texts.timeline.looks(looks.length));
}

/** One line per act. */
export function timelineLines({ texts, language }: Stage, items: Timeline['items']): readonly string[] {
  return items.map(({ sentence, occurredAt, recordedAt, who }) =>
    texts.timeline.act(dayText(occurredAt, language), dayText(recordedAt, language), sentence, who.label),
  );
}
