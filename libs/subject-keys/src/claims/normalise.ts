import { domainToASCII } from 'node:url';
import { Personal, type ContactPointKind } from '#kernel';
import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

/** Why a value cannot be a contact point of its kind. Says nothing of the value itself. */
export type ContactFault = 'empty' | 'too-long' | 'malformed' | 'not-claimable';

/** The one form of a contact value under which it is sealed, compared and looked up; or why there is none. */
export type Normalised = { readonly value: Personal<string> } | { readonly fault: ContactFault };

/** Country whose national numbers are understood without a prefix. */
export const DEFAULT_COUNTRY: CountryCode = 'FR';

const MAX_CHARACTERS = { email: 254, phone: 40, 'postal-address': 500, 'external-id': 256 } as const;
const MAX_LOCAL_PART = 64;
const LOCAL_PART = /^[^\s@"<>()[\]\\,;:\p{C}]+$/u;
const DOMAIN = /^(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z][a-z0-9-]{0,61}[a-z0-9])$/;

/**
 * Brings a contact value into its one form. Applying it twice changes nothing. The result never says which value it
 * was: a fault is a word of a closed list.
 */
export function normaliseContact(
  kind: ContactPointKind,
  raw: Personal<string>,
  options: { readonly defaultCountry?: CountryCode } = {},
): Normalised {
  if (kind === 'name') return { fault: 'not-claimable' };
  const text = raw.reveal().trim();
  if (text === '') return { fault: 'empty' };
  if (text.length > MAX_CHARACTERS[kind]) return { fault: 'too-long' };
  if (!text.isWellFormed() || text.includes('\u0000')) return { fault: 'malformed' };
  const value = forms[kind](text, options.defaultCountry ?? DEFAULT_COUNTRY);
  return value === undefined || value === '' ? { fault: 'malformed' } : { value: Personal.of(value) };
}

const forms = {
  email: normaliseEmail,
  phone: normalisePhone,
  'postal-address': foldText,
  'external-id': normaliseExternalId,
} as const;

/**
 * Compatibility forms, case and the domain's script are folded: mail systems that tell `A@` from `a@` are unheard of,
 * and an objection must not be missed for a capital letter.
 */
function normaliseEmail(text: string): string | undefined {
  const folded = text.normalize('NFKC').toLowerCase().normalize('NFKC').trim();
  const at = folded.lastIndexOf('@');
  const local = folded.slice(0, at);
  const domain = domainToASCII(folded.slice(at + 1));
  if (at < 1 || local.length > MAX_LOCAL_PART || !LOCAL_PART.test(local) || !DOMAIN.test(domain))
    return undefined;
  return `${local}@${domain}`;
}

/** E.164. An extension is not part of the line. */
function normalisePhone(text: string, country: CountryCode): string | undefined {
  const options = { defaultCountry: country, extract: false } as const;
  const parsed = parsePhoneNumberFromString(text.normalize('NFKC'), options, metadata);
  return parsed?.isPossible() === true ? parsed.number : undefined;
}

/** Letters and digits without accents, case or punctuation, one space between words. */
function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}

/** Identifiers of other systems may differ by case alone. */
function normaliseExternalId(text: string): string | undefined {
  return /\p{Cc}/u.test(text) ? undefined : text;
}
