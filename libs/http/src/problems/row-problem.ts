import type { Rejection } from '#kernel';
import { problems } from '../problems.js';
import { EnumField, IntField, TextField } from '../validation/fields.js';
import type { UiLanguage } from './problem-type.js';

const MAX_WORDS = 500;

/** Why one row of a batch was declined: what a problem document (RFC 9457) says of a whole request. */
export class RowProblemDto {
  @EnumField(Object.keys(problems), { example: 'subject-unknown' })
  code!: string;

  @IntField({ min: 400, max: 599, description: 'Status that the row alone would have had.', example: 404 })
  status!: number;

  @TextField({ max: MAX_WORDS, example: 'The ledger does not know this person.' })
  detail!: string;

  @TextField({ max: MAX_WORDS, example: 'Check the identifier.' })
  wayOut!: string;

  @TextField({ max: MAX_WORDS, description: 'JSON pointer of what is at fault.', example: '/events/0' })
  pointer!: string;
}

/** A rejection as the row at `place` of a batch tells it, in the language of the reader. */
export function rowProblem(
  { code, pointer = '' }: Rejection,
  place: string,
  language: UiLanguage,
): RowProblemDto {
  const { status, [language]: words } = problems[code];
  return { code, status, detail: words.detail, wayOut: words.wayOut, pointer: `${place}${pointer}` };
}
