import { sha256Hex, type Language } from '#kernel';
import { NOTICE_PART_BYTES } from '../contract.js';

/** A notice's text in one language as it is published. */
export interface NoticeText {
  readonly language: Language;
  readonly text: string;
}

/** Hash, length and number of parts of a text, as {@link NoticePublished} states them. */
export interface NoticeTextSummary {
  readonly language: Language;
  readonly sha256: string;
  readonly bytes: number;
  readonly parts: number;
}

/** What a published version says of a text: SHA-256 over the whole of its UTF-8, whatever the cuts. */
export function summaryOf({ language, text }: NoticeText): NoticeTextSummary {
  return { language, sha256: sha256Hex(text), bytes: Buffer.byteLength(text), parts: partsOf(text).length };
}

/**
 * Cuts a text between characters into parts of at most `limit` bytes as JSON writes them; joined they are the text to
 * the byte. Escapes count, because the whole entry of a part must stay below 32 KiB.
 */
export function partsOf(text: string, limit = NOTICE_PART_BYTES): string[] {
  const parts: string[] = [];
  let start = 0;
  let place = 0;
  let used = 0;
  for (const character of text) {
    const cost = jsonBytes(character);
    if (used + cost > limit) {
      parts.push(text.slice(start, place));
      start = place;
      used = 0;
    }
    used += cost;
    place += character.length;
  }
  return place === start ? parts : [...parts, text.slice(start)];
}

function jsonBytes(character: string): number {
  return Buffer.byteLength(JSON.stringify(character)) - 2;
}
