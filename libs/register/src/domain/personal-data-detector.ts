import { Rejection } from '#kernel';
import { ibanLengths, isIban, isNir, passesLuhn } from './check-digits.js';
import { isFunctionalMailbox } from './functional-mailbox.js';

/** What the detector recognises. */
export type PersonalDataKind = 'email' | 'phone' | 'iban' | 'nir' | 'card';

/** Where personal data stands in a text; never the value itself. */
export interface PersonalDataFound {
  readonly kind: PersonalDataKind;
  /** Index of its first character. */
  readonly at: number;
}

const SPACE = '[ \\u00a0\\u202f]';
const SEPARATOR = '[ \\u00a0\\u202f.\\-/]';
/** Neither inside a word nor behind the separator of a longer number (amount, article, date, reference). */
const START = '(?<![\\p{L}\\p{N}_]|\\p{N}[-/.,])';
const END = '(?![\\p{L}\\p{N}_]|[-/.,]\\p{N})';

const EMAIL =
  /(?<![\p{L}\p{N}._%+-])([\p{L}\p{N}._%+'-]{1,64})@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,62})\.)+\p{L}{2,24}/giu;
const IBAN_START = /(?<![\p{L}\p{N}])[a-z]{2}\d{2}/giu;
const NIR = new RegExp(
  [
    START + '[1-478]',
    '\\d{2}',
    '(?:0[1-9]|1[0-2]|[2-9]\\d)',
    '(?:\\d{2}|2[AB])',
    '\\d{3}',
    '\\d{3}',
    '\\d{2}' + END,
  ].join(`${SEPARATOR}?`),
  'giu',
);
/** Contiguous, in fours, or as American Express prints it. */
const CARD = new RegExp(
  `${START}(?:\\d{15,19}|\\d{4}([ \\u00a0\\u202f\\-])\\d{4}(?:\\1\\d{4}){2}(?:\\1\\d{3})?|\\d{4}[ \\-]\\d{6}[ \\-]\\d{5})${END}`,
  'gu',
);
/** Issuer ranges of Visa, Mastercard, American Express, Discover, Maestro and UnionPay, with their lengths. */
const ISSUER = /^(?:4\d{15}|4\d{18}|5\d{15}|2[2-7]\d{14}|3[47]\d{13}|6\d{15}|6\d{18})$/;
/** French numbers in pairs, in three groups or in one piece. Numbers in 08 reach services, never a person. */
const FRENCH_PHONE = new RegExp(
  `${START}0[1-79](?:\\d{8}|(${SEPARATOR})\\d{2}(?:\\1\\d{2}){3}|\\d{2}(${SPACE})\\d{3}\\2\\d{3})${END}`,
  'gu',
);
/** `+` and any country, or `00` and a country that is often dialled from France; nine to fifteen digits in all. */
const INTERNATIONAL_PHONE = new RegExp(
  `(?<![\\p{L}\\p{N}_])(?:\\+${SPACE}?|00${SPACE}?(?=33|32|41|35|37|44|49|34|39|31|1|21|26|59|68))` +
    `(?!33[^\\d]{0,2}(?:\\(0\\))?[^\\d]{0,2}8)[1-9](?:[ \\u00a0\\u202f.\\-/()]{0,3}\\d){8,14}(?!\\p{N})`,
  'gu',
);
/** What follows an amount, which `+12 345 678 900 €` is. */
const CURRENCY = /^[\d \u00a0\u202f.,]*(?:[kM]?€|%|EUR\b|euros?\b)/iu;

const NAMES: Readonly<Record<PersonalDataKind, string>> = {
  email: 'an e-mail address of a person',
  phone: 'a telephone number',
  iban: 'a bank account number',
  nir: 'a national identification number',
  card: 'a payment card number',
};

/**
 * Looks for values that must not stand in a text that is kept for ever: e-mail addresses (functional mailboxes pass),
 * telephone numbers, IBAN, NIR and payment cards, the last three by their check digits. Gives the first place found.
 */
export function findPersonalData(text: string): PersonalDataFound | undefined {
  for (const [kind, find] of FINDERS) {
    const at = find(text);
    if (at !== undefined) return { kind, at };
  }
  return undefined;
}

/**
 * Checks every text of a value, however deep; ids, hashes and instants are known by their shape and left out.
 * Rejects: `personal-data-in-text` with the JSON pointer of the text.
 */
export function refusePersonalData(value: unknown, pointer = ''): void {
  if (typeof value === 'string') {
    refuseInText(value, pointer);
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, member] of Object.entries(value)) refusePersonalData(member, `${pointer}/${key}`);
}

const CODED =
  /^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d\.\d{3}Z)?)$/;

function refuseInText(text: string, pointer: string): void {
  if (CODED.test(text)) return;
  const found = findPersonalData(text);
  if (found === undefined) return;
  const place = `${NAMES[found.kind]} begins at character ${String(found.at + 1)}`;
  throw new Rejection('personal-data-in-text', place, pointer);
}

const FINDERS: readonly (readonly [PersonalDataKind, (text: string) => number | undefined])[] = [
  ['email', (text) => firstMatch(text, EMAIL, ([, localPart]) => !isFunctionalMailbox(localPart ?? ''))],
  ['iban', (text) => firstMatch(text, IBAN_START, ({ index }) => isIbanAt(text, index))],
  ['nir', (text) => firstMatch(text, NIR, ([match]) => isNir(withoutSeparators(match)))],
  ['card', (text) => firstMatch(text, CARD, ([match]) => isCard(withoutSeparators(match)))],
  ['phone', (text) => firstMatch(text, FRENCH_PHONE) ?? firstMatch(text, INTERNATIONAL_PHONE, isNoAmount)],
];

function firstMatch(
  text: string,
  pattern: RegExp,
  isOne: (match: RegExpExecArray) => boolean = () => true,
): number | undefined {
  for (const match of text.matchAll(pattern)) if (isOne(match)) return match.index;
  return undefined;
}

function isNoAmount({ 0: match, index, input }: RegExpExecArray): boolean {
  return !CURRENCY.test(input.slice(index + match.length, index + match.length + 40));
}

function isCard(digits: string): boolean {
  return ISSUER.test(digits) && passesLuhn(digits);
}

/** Reads as many letters and digits as the country's IBAN has; prose that follows a VAT number has too few digits. */
function isIbanAt(text: string, start: number): boolean {
  const length = ibanLengths.get(text.slice(start, start + 2).toUpperCase());
  if (length === undefined) return false;
  const written = new RegExp(
    `^[a-z0-9](?:${SEPARATOR}?[a-z0-9]){${String(length - 1)}}(?![\\p{L}\\p{N}])`,
    'iu',
  );
  const match = written.exec(text.slice(start, start + length * 2));
  if (match === null) return false;
  const iban = withoutSeparators(match[0]);
  return iban.slice(4).replace(/\D/g, '').length * 2 >= length - 4 && isIban(iban);
}

function withoutSeparators(text: string): string {
  return text.replace(/[^a-z0-9]/giu, '').toUpperCase();
}
