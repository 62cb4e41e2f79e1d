import { ApiPropertyOptional } from '@nestjs/swagger';
import { defined, Rejection } from '#kernel';
import { problems } from '../problems.js';
import { faultDetail } from '../validation/faults.js';
import { EnumField, IntField, TextField } from '../validation/fields.js';
import { Problem } from './problem.js';
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

  @ApiPropertyOptional({
    ...{ type: 'object', additionalProperties: { type: 'string' } },
    description: 'Ids and instants of what stands in the way.',
  })
  about?: Readonly<Record<string, string>>;
}

/** A rejection or problem as the row at `place` of a batch tells it, in the language of the reader. */
export function rowProblem(
  declined: Rejection | Problem,
  place: string,
  language: UiLanguage,
): RowProblemDto {
  const { status, [language]: words } = problems[declined.code];
  const { wayOut } = words;
  const fault = declined instanceof Problem ? declined.details.faults?.[0] : undefined;
  const pointer = fault?.pointer ?? pointerIn(declined);
  const detail = fault === undefined ? words.detail : faultDetail(fault, language);
  const about = declined instanceof Rejection ? declined.about : declined.details.about;
  return defined({ code: declined.code, status, detail, wayOut, pointer: `${place}${pointer}`, about });
}

function pointerIn(declined: Rejection | Problem): string {
  return (declined instanceof Problem ? declined.details.pointer : declined.pointer) ?? '';
}
