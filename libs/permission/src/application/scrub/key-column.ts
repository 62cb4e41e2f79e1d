import { isUuid, kindReachedBy, Personal, type Channel } from '#kernel';
import { contactValueOf, type ContactValue } from '#subject-keys';
import type { RowProblem } from './scrubbed-row.js';
import type { Whom } from '../gate.js';
import type { CsvRow } from './csv-file.js';

/** What a cell may say of whom a row is about. */
export const keyKinds = ['subjectId', 'email', 'phone'] as const;
export type KeyKind = (typeof keyKinds)[number];

/** The column by which people are found. */
export interface KeyColumn {
  readonly kind: KeyKind;
  readonly index: number;
}

/** How columns are called, in lower case without accents. */
const NAMES: Readonly<Record<string, KeyKind>> = {
  ...{ subjectid: 'subjectId', subject_id: 'subjectId' },
  ...{ email: 'email', 'e-mail': 'email', courriel: 'email' },
  ...{ phone: 'phone', telephone: 'phone', mobile: 'phone', portable: 'phone' },
};

/**
 * Which column says whom a row is about: `subjectId` where there is one, else the kind of address that the channel
 * reaches, else any address. `undefined`: none does.
 */
export function keyColumnOf(header: CsvRow, channel: Channel): KeyColumn | undefined {
  const columns = header.flatMap((name, index) => {
    const kind = NAMES[plain(name)];
    return kind === undefined ? [] : [{ kind, index }];
  });
  const wanted = ['subjectId', kindReachedBy(channel), ...keyKinds];
  return wanted
    .map((kind) => columns.find((column) => column.kind === kind))
    .find((one) => one !== undefined);
}

/** Whom a cell means, or what is wrong with it. */
export function whomIn(cell: string, kind: KeyKind): Whom | { readonly problem: RowProblem } {
  const text = textOf(cell).trim();
  if (text === '') return { problem: 'empty' };
  if (kind === 'subjectId') {
    const subjectId = text.toLowerCase();
    return isUuid(subjectId) ? { subjectId } : { problem: 'not-a-uuid' };
  }
  const contact: ContactValue | undefined = contactValueOf({ kind, value: Personal.of(text) });
  if (contact !== undefined) return { contact };
  return { problem: kind === 'email' ? 'not-an-email' : 'not-a-phone-number' };
}

/** UTF-8 where the bytes are that, else what an old Excel saved. */
function textOf(cell: string): string {
  const utf8 = Buffer.from(cell, 'latin1').toString('utf8');
  return utf8.includes('\ufffd') ? cell : utf8;
}

function plain(name: string): string {
  return textOf(name).trim().toLowerCase().normalize('NFD').replace(/\p{M}/gu, '');
}
