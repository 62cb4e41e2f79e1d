import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson, languages } from '#kernel';
import { specificationOf } from '#testing';
import { NOTICE_PART_BYTES } from '../contract.js';
import { exampleNotice } from '../examples.js';
import { expectSoundDecider, instants, metadata } from './decider.harness.js';
import { noticeDecider, type NoticeEvent, type PublishNotice } from './notice.decider.js';
import { partsOf, summaryOf } from './notice-text.js';

const { given } = specificationOf(noticeDecider);
const noticeId = '5b1f0a52-6d0f-4b6e-9d75-2f7a3c9e8b10';
const JANUARY = '2026-01-15T09:00:00.000Z';
const [french, english] = exampleNotice.texts as [
  { language: 'fr'; text: string },
  { language: 'en'; text: string },
];

const publish = (changes: Partial<PublishNotice['data']> = {}): PublishNotice => ({
  type: 'PublishNotice',
  data: { noticeId, version: 1, ...exampleNotice, change: 'first', occurredAt: JANUARY, ...changes },
  metadata,
});
const hashOf = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');
const published: NoticeEvent = {
  type: 'NoticePublished',
  data: {
    noticeId,
    version: 1,
    title: exampleNotice.title,
    texts: [french, english].map(({ language, text }) => ({
      language,
      sha256: hashOf(text),
      bytes: Buffer.byteLength(text),
      parts: 1,
    })),
    effectiveFrom: JANUARY,
    change: 'first',
    occurredAt: JANUARY,
  },
};
const second = {
  version: 2,
  change: 'considerable' as const,
  texts: [{ language: 'fr' as const, text: 'Nouveau texte.' }],
};

describe('a notice', () => {
  it('is published with its texts before the version that names their hashes', () => {
    given()
      .when(publish())
      .then(
        {
          type: 'NoticeTextRecorded',
          data: { noticeId, version: 1, language: 'fr', part: 1, text: french.text },
        },
        {
          type: 'NoticeTextRecorded',
          data: { noticeId, version: 1, language: 'en', part: 1, text: english.text },
        },
        published,
      );
  });

  it('is published once per version; the same again is no news', () => {
    given(published).when(publish()).thenNothing();
    given(published)
      .when(publish({ occurredAt: '2026-05-01T08:00:00.000Z' }))
      .thenNothing();
    given(published)
      .when(publish({ effectiveFrom: '2026-05-01T08:00:00.000Z' }))
      .thenRejected('notice-version-exists');
    given(published)
      .when(publish({ texts: [french] }))
      .thenRejected('notice-version-exists');
  });

  it('goes on with the next version only', () => {
    const events = noticeDecider.decide(
      publish(second),
      noticeDecider.evolve(noticeDecider.initialState, published),
    );
    expect(events.at(-1)).toMatchObject({
      type: 'NoticePublished',
      data: { version: 2, change: 'considerable' },
    });
    given(published)
      .when(publish({ ...second, version: 3 }))
      .thenRejected('version-skips');
    given().when(publish(second)).thenRejected('notice-unknown');
  });

  it('has one text per language', () => {
    given()
      .when(publish({ texts: [french, french] }))
      .thenRejected('notice-language-unknown');
  });

  it('may print functional mailboxes and names nobody', () => {
    const text = 'Écrire à camille.durand@maison-corbel.example';
    given()
      .when(publish({ texts: [{ language: 'fr', text }] }))
      .thenRejected('personal-data-in-text');
    given()
      .when(publish({ title: { fr: '06 12 34 56 78' } }))
      .thenRejected('personal-data-in-text');
  });

  it('may take effect later, but is not published in the future', () => {
    const effectiveFrom = '2027-01-01T00:00:00.000Z';
    const events = noticeDecider.decide(publish({ effectiveFrom }), noticeDecider.initialState);
    expect(events.at(-1)).toMatchObject({ data: { effectiveFrom } });
    given()
      .when(publish({ occurredAt: effectiveFrom }))
      .thenRejected('occurred-in-the-future');
  });

  it('adds nothing twice and folds any order', () => {
    const commands = fc
      .record({
        version: fc.integer({ min: 1, max: 4 }),
        texts: fc.constantFrom([french], [english], [french, english], [french, french]),
        occurredAt: instants,
        change: fc.constantFrom('editorial' as const, 'considerable' as const),
      })
      .map(publish);
    expectSoundDecider(noticeDecider, commands);
  });
});

describe('the parts of a text', () => {
  const anyText = fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    fc.string({
      unit: fc.constantFrom('é', '😀', '"', '\n', '\u0001', 'a', '\\', '漢'),
      minLength: 1,
      maxLength: 200,
    }),
  );

  it('are the text to the byte, each within its limit and none cut inside a character', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 12, max: 60 }), (text, limit) => {
        const parts = partsOf(text, limit);
        expect(parts.join('')).toBe(text);
        expect(parts).not.toContain('');
        for (const part of parts) {
          expect(Buffer.byteLength(JSON.stringify(part)) - 2).toBeLessThanOrEqual(limit);
          expect(part.isWellFormed()).toBe(true);
        }
      }),
    );
  });

  it('are measured as JSON writes them', () => {
    const each = Array.from({ length: 0x3000 }, (_, code) => String.fromCodePoint(code)).concat(
      '\uffff',
      '😀',
      '𝄞',
    );
    const wrong = each.filter((character) => {
      const bytes = Buffer.byteLength(JSON.stringify(character)) - 2;
      const pair = character + character;
      return partsOf(pair, bytes).length !== 2 || partsOf(pair, 2 * bytes).length !== 1;
    });
    expect(wrong).toEqual([]);
  });

  it('are as few as can be', () => {
    fc.assert(
      fc.property(anyText, fc.integer({ min: 12, max: 60 }), (text, limit) => {
        const parts = partsOf(text, limit);
        for (const [index, part] of parts.entries()) {
          const [first] = parts[index + 1] ?? '';
          if (first === undefined) continue;
          expect(Buffer.byteLength(JSON.stringify(part + first)) - 2).toBeGreaterThan(limit);
        }
      }),
    );
  });

  it.each(['"', '\n', '\u0001', '😀', 'é'])(
    'leave room for the entry of its proof, whatever they hold (%j)',
    (unit) => {
      const text = unit.repeat(40_000);
      const events = noticeDecider.decide(
        publish({ texts: [{ language: 'fr', text }] }),
        noticeDecider.initialState,
      );
      for (const { data } of events) expect(Buffer.byteLength(canonicalJson(data))).toBeLessThan(25 * 1024);
      expect(events.length).toBeGreaterThan(2);
    },
  );

  it('are hashed as one text, whatever the cuts', () => {
    fc.assert(
      fc.property(anyText, fc.constantFrom(...languages), (text, language) => {
        expect(summaryOf({ language, text })).toEqual({
          language,
          sha256: hashOf(text),
          bytes: Buffer.byteLength(text, 'utf8'),
          parts: 1,
        });
      }),
    );
    const long = 'é'.repeat(NOTICE_PART_BYTES);
    expect(summaryOf({ language: 'fr', text: long })).toMatchObject({ sha256: hashOf(long), parts: 2 });
  });
});
