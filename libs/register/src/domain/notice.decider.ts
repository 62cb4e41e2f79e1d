import { canonicalJson, Rejection, type Command, type Decider, type Instant, type Uuid } from '#kernel';
import type { RegisterEvent } from '../contract.js';
import { partsOf, summaryOf, type NoticeText } from './notice-text.js';
import { refuseFuture } from './occurred.js';
import { refusePersonalData } from './personal-data-detector.js';

/** Facts of one `notice-<uuid>` stream. */
export type NoticeEvent = Extract<RegisterEvent, { type: 'NoticeTextRecorded' | 'NoticePublished' }>;
/** What a published version of a notice is. */
export type PublishedNotice = Extract<NoticeEvent, { type: 'NoticePublished' }>['data'];

/** Publishes the next version of the information given to people (Art. 13, 14). */
export type PublishNotice = Command<
  'PublishNotice',
  {
    readonly noticeId: Uuid;
    /** The version the publisher believes comes next: two publishers cannot both be right. */
    readonly version: number;
    readonly title: PublishedNotice['title'];
    readonly texts: readonly NoticeText[];
    /** From when on it informs; at once if not said. */
    readonly effectiveFrom?: Instant;
    readonly change: PublishedNotice['change'];
    readonly occurredAt: Instant;
  }
>;

/** The published versions of one notice by number. */
export type NoticeState = ReadonlyMap<number, PublishedNotice>;

/**
 * Notices: published versions never change. Rejects: `notice-unknown`, `notice-version-exists`, `version-skips`,
 * `notice-language-unknown`, `personal-data-in-text`, `occurred-in-the-future`.
 */
export const noticeDecider: Decider<PublishNotice, NoticeEvent, NoticeState> = {
  initialState: new Map(),
  decide: publishNotice,
  evolve: (state, event) => {
    switch (event.type) {
      case 'NoticeTextRecorded':
        return state;
      case 'NoticePublished':
        return state.has(event.data.version) ? state : new Map(state).set(event.data.version, event.data);
    }
  },
};

/** The text comes first, so that a published version never lacks it. */
function publishNotice({ data, metadata }: PublishNotice, state: NoticeState): NoticeEvent[] {
  const { texts, ...said } = data;
  refuseFuture(data.occurredAt, metadata.now);
  requireDistinctLanguages(texts);
  const known = state.get(data.version);
  const effectiveFrom = data.effectiveFrom ?? known?.effectiveFrom ?? data.occurredAt;
  const published: PublishedNotice = { ...said, texts: texts.map(summaryOf), effectiveFrom };
  if (known !== undefined && isSamePublication(known, published)) return [];
  requireNextVersion(data.version, state);
  refusePersonalData({ title: data.title, texts });
  return [...texts.flatMap((text) => recorded(data, text)), { type: 'NoticePublished', data: published }];
}

function recorded(
  { noticeId, version }: PublishNotice['data'],
  { language, text }: NoticeText,
): NoticeEvent[] {
  return partsOf(text).map((part, index) => ({
    type: 'NoticeTextRecorded',
    data: { noticeId, version, language, part: index + 1, text: part },
  }));
}

function requireDistinctLanguages(texts: readonly NoticeText[]): void {
  texts.forEach(({ language }, index) => {
    if (texts.findIndex((other) => other.language === language) !== index) {
      const pointer = `/texts/${String(index)}/language`;
      throw new Rejection('notice-language-unknown', 'One text per language', pointer);
    }
  });
}

function requireNextVersion(version: number, state: NoticeState): void {
  const next = Math.max(0, ...state.keys()) + 1;
  if (next === 1 && version !== 1)
    throw new Rejection('notice-unknown', 'No notice with this id', '/noticeId');
  if (version !== next) {
    const code = version > next ? 'version-skips' : 'notice-version-exists';
    throw new Rejection(code, `The next version is ${String(next)}`, '/version');
  }
}

/** Publishing the same again is no news, whenever it is said. */
function isSamePublication(known: PublishedNotice, again: PublishedNotice): boolean {
  const content = ({ occurredAt: _, ...rest }: PublishedNotice): string => canonicalJson(rest);
  return content(known) === content(again);
}
