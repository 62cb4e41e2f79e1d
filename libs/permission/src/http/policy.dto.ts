import {
  ArrayField,
  DayField,
  EnumField,
  InstantField,
  int,
  IntField,
  NestedField,
  Sha256Field,
  SlugField,
  text,
  TextField,
} from '#http';

/** A code with what it means in the language of the answer. */
export class CodeDto {
  @SlugField({ example: 'email' })
  code!: string;

  @TextField({ max: 200, example: 'e-mail' })
  text!: string;
}

/** A list of codes, with the example that the documentation shows. */
const CodesField = (description: string, code: string, text: string): PropertyDecorator =>
  NestedField(() => CodeDto, { array: true, description, example: [{ code, text }] });

/** One code, likewise. */
const CodeField = (description: string, code: string, text: string): PropertyDecorator =>
  NestedField(() => CodeDto, { description, example: { code, text } });

const MeaningField = (example: string): PropertyDecorator =>
  TextField({ max: 500, description: 'In a sentence.', example });

const RuleIdField = (example: string): PropertyDecorator =>
  TextField({ max: 64, description: 'Stable id of the rule.', example });

/** What everything with a date and a source says of them. */
class DatedDto {
  @DayField({ description: 'First day on which it holds.', example: '2026-08-11' })
  from!: string;

  @DayField({ optional: true, description: 'Last day; absent while no end is known.' })
  to?: string;

  @TextField({ max: 200, description: 'Where it stands, cited in French.', example: 'C. conso. L.223-1' })
  source!: string;

  @CodesField(
    'How sure it is that the source says so: `primary`, `quoted`, `secondary` or `unverified`.',
    'primary',
    'official text, read',
  )
  certainty!: readonly CodeDto[];
}

/** One rule: for whom, on which channel, and what it asks. */
export class PolicyRuleDto extends DatedDto {
  @RuleIdField('PH-C-1')
  ruleId!: string;

  @CodesField('Channels.', 'phone-human', 'call by a person')
  channels!: readonly CodeDto[];

  @CodesField('Who is addressed, or `any`.', 'consumer', 'consumer')
  audiences!: readonly CodeDto[];

  @CodesField('What ties the person to the sender, or `any`.', 'none', 'no relation')
  relations!: readonly CodeDto[];

  @CodesField(
    'Sectors, or `any`. A rule that names sectors is judged before the others.',
    'any',
    'every sector',
  )
  sectors!: readonly CodeDto[];

  @CodesField('Goods of the sector; empty: all.', 'energy-saving', 'energy saving')
  goods!: readonly CodeDto[];

  @CodesField(
    'What must be true beside, all of it.',
    'related-to-profession',
    'object related to the profession',
  )
  conditions!: readonly CodeDto[];

  @ArrayField(text({ max: 64 }), { description: 'Rules that yield to this one.', example: ['PH-C-4'] })
  exceptionTo!: readonly string[];

  @CodeField(
    '`opt-in`, `soft-opt-in`, `opt-out`, `allowed-no-consent` or `forbidden`.',
    'opt-in',
    'prior consent needed',
  )
  result!: CodeDto;

  @CodesField(
    'What the sender must be able to show.',
    'phone-consent-record',
    'record of the consent to be called (R.223-1)',
  )
  evidence!: readonly CodeDto[];

  @CodesField(
    'What the sender must do.',
    'respect-call-windows',
    'respect the days, hours and number of calls',
  )
  duties!: readonly CodeDto[];

  @CodesField('Unstable law that the rule rests on.', 'phone-opt-in', 'Prior consent to calls')
  switches!: readonly CodeDto[];

  @MeaningField(
    'A consumer is called with their prior consent only, collected in due form and for one year at most.',
  )
  meaning!: string;
}

/** What holds where no rule does. */
export class FallbackDto {
  @RuleIdField('DEF-0')
  ruleId!: string;

  @CodeField('What is asked then.', 'opt-in', 'prior consent needed')
  result!: CodeDto;

  @MeaningField('Where no rule applies, the ledger asks for prior consent.')
  meaning!: string;
}

/** A condition of soft opt-in, or an element of the record of a consent to be called. */
export class RequirementDto extends DatedDto {
  @SlugField({ example: 'consent-period' })
  requirementId!: string;

  @CodeField('`soft-opt-in` or `phone-consent`.', 'phone-consent', 'consent to be called')
  group!: CodeDto;

  @IntField({
    min: 1,
    max: 100,
    optional: true,
    description: 'Years after collection, where the element has a limit.',
    example: 1,
  })
  years?: number;

  @MeaningField('It states the period of the consent, one year from collection at most.')
  meaning!: string;
}

const CLOCK_TIME = { max: 5, pattern: /^\d\d:\d\d$/, meaning: 'HH:MM' };

/** Hours of a day, in the time zone of the person who is called. */
export class HoursDto {
  @TextField({ ...CLOCK_TIME, example: '10:00' })
  from!: string;

  @TextField({ ...CLOCK_TIME, example: '13:00' })
  until!: string;
}

/** When and how often consumers may be called. */
export class CallRuleDto extends DatedDto {
  @RuleIdField('CALL-2026')
  ruleId!: string;

  @ArrayField(int({ min: 1, max: 7 }), {
    description: 'ISO weekdays, Monday is 1.',
    example: [1, 2, 3, 4, 5],
  })
  weekdays!: readonly number[];

  @EnumField(['excluded'])
  publicHolidays!: string;

  @NestedField(() => HoursDto, { array: true })
  hours!: readonly HoursDto[];

  @IntField({
    min: 1,
    max: 1000,
    description: 'At most so many, per professional, in `perDays` days.',
    example: 4,
  })
  maxCalls!: number;

  @IntField({ min: 1, max: 366, example: 30 })
  perDays!: number;

  @EnumField(['calls', 'calls-and-attempts'], { example: 'calls-and-attempts' })
  counts!: string;

  @IntField({ min: 1, max: 366, optional: true, description: 'Days without calls after a refusal.' })
  daysAfterRefusal?: number;

  @TextField({
    max: 500,
    description: 'What permits a call outside the hours.',
    example: 'Only a precise date and time, expressly accepted, that can be attested.',
  })
  derogation!: string;

  @MeaningField('Same days and hours; four calls or attempts in 30 days at most.')
  meaning!: string;
}

/** What messages and calls owe, whichever rule permits them. */
export class ObligationDto extends DatedDto {
  @RuleIdField('MSG-1')
  ruleId!: string;

  @CodesField('Channels, or `any`.', 'email', 'e-mail')
  channels!: readonly CodeDto[];

  @MeaningField('Give a valid contact point to stop, at no cost beyond transmission.')
  meaning!: string;
}

/** Unstable law and how it is treated on that day. */
export class SwitchDto extends DatedDto {
  @SlugField({ example: 'contested-ce' })
  code!: string;

  @TextField({ max: 200, example: 'Decree contested before the Conseil d’État' })
  text!: string;

  @CodeField('`on` or `off`, within the dates beside.', 'on', 'taken into account')
  state!: CodeDto;

  @MeaningField('An action against the decree is reported; no suspension is known: the decree applies.')
  meaning!: string;
}

/** A rule that is told and that nobody has checked; never applied as law. */
export class UnverifiedRuleDto extends DatedDto {
  @RuleIdField('XX-C-6')
  ruleId!: string;

  @MeaningField('Canvassing holders of a personal training account is said to be forbidden.')
  meaning!: string;
}

/** A version of the policy that can be asked for. */
export class PolicyVersionDto {
  @SlugField({ example: 'fr-2026-11-21' })
  version!: string;

  @DayField({ description: 'Day as of which the law was read.', example: '2026-11-21' })
  lawAsOf!: string;

  @DayField({ description: 'First day it speaks about.', example: '2018-05-25' })
  from!: string;

  @Sha256Field({ description: 'Of the canonical JSON (RFC 8785) of the whole version, in both languages.' })
  sha256!: string;

  @InstantField({ optional: true, description: 'Since when this ledger answers by it; absent: never.' })
  activatedAt?: string;
}

/** The rules on contacting people that hold on a day, by one version of the policy. */
export class PolicyDto extends PolicyVersionDto {
  @TextField({ max: 2, example: 'FR' })
  country!: string;

  @DayField({ description: 'The day asked about.', example: '2026-08-11' })
  at!: string;

  @EnumField(['fr', 'en'], { example: 'en' })
  language!: string;

  @NestedField(() => PolicyRuleDto, { array: true })
  rules!: readonly PolicyRuleDto[];

  @NestedField(() => FallbackDto)
  fallback!: FallbackDto;

  @NestedField(() => RequirementDto, { array: true })
  requirements!: readonly RequirementDto[];

  @NestedField(() => CallRuleDto, { array: true })
  callRules!: readonly CallRuleDto[];

  @NestedField(() => ObligationDto, { array: true })
  obligations!: readonly ObligationDto[];

  @NestedField(() => SwitchDto, { array: true })
  switches!: readonly SwitchDto[];

  @NestedField(() => UnverifiedRuleDto, { array: true, description: 'Told, not checked, not applied.' })
  unverified!: readonly UnverifiedRuleDto[];

  @NestedField(() => PolicyVersionDto, { array: true, description: 'Every version, oldest first.' })
  versions!: readonly PolicyVersionDto[];
}
