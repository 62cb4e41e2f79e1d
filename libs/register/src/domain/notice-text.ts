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
  let used = 0;
  for (let place = 0; place < text.length;) {
    const character = text.codePointAt(place) ?? 0;
    const cost = jsonBytes(character);
    if (used + cost > limit) {
      parts.push(text.slice(start, place));
      start = place;
      used = 0;
    }
    used += cost;
    place += character > 0xffff ? 2 : 1;
  }
  return start === text.length ? parts : [...parts, text.slice(start)];
}

const ESCAPED_IN_TWO: ReadonlySet<number> = new Set(
  Array.from('"\\\b\t\n\f\r', (char) => char.codePointAt(0) ?? 0),
);

/** Bytes of a character in canonical JSON (RFC 8785): UTF-8, with the escapes of control characters. */
function jsonBytes(character: number): number {
  if (ESCAPED_IN_TWO.has(character)) return 2;
  if (character < 0x20) return 6;
  if (character < 0x80) return 1;
  if (character < 0x800) return 2;
  return character > 0xffff ? 4 : 3;
}
