import type { Channel, Instant } from '#kernel';
import { byChannel, type SentenceLanguage, type Words } from './words.js';

/** What a sentence may name, as it was called at the time of the event. */
export interface Names {
  /** Name of a purpose in a language; `undefined`: the ledger does not know it. */
  purpose(purposeId: string, language: SentenceLanguage): string | undefined;
}

/** “pour la finalité « Lettre d’information »”; a "no" may name all purposes, or one that the ledger does not know. */
export function forPurpose(purposeId: string, names: Names, language: SentenceLanguage): string {
  if (purposeId === 'all') return language === 'fr' ? 'pour toutes les finalités' : 'for every purpose';
  if (purposeId === 'unknown') {
    return language === 'fr'
      ? 'pour une finalité que le registre ne connaît pas, ce qui vaut pour toutes'
      : 'for a purpose that the ledger does not know, which counts for every purpose';
  }
  const name = names.purpose(purposeId, language) ?? purposeId;
  return language === 'fr' ? `pour la finalité « ${name} »` : `for the purpose “${name}”`;
}

/** “par e-mail pour la finalité « … »”. */
export function onQuestion(
  { purposeId, channel }: { readonly purposeId: string; readonly channel: Channel | 'all' },
  names: Names,
  language: SentenceLanguage,
): string {
  return `${byChannel[channel][language]} ${forPurpose(purposeId, names, language)}`;
}

/** “e-mail, SMS et courrier”. */
export function enumerated(items: readonly Words[], language: SentenceLanguage): string {
  return new Intl.ListFormat(language, { type: 'conjunction' }).format(items.map((item) => item[language]));
}

/** A number with its noun in the right form: one for 0 (French) and 1. */
export function counted(count: number, one: string, several: string, language: SentenceLanguage): string {
  const isOne = new Intl.PluralRules(language).select(count) === 'one';
  return `${String(count)} ${isOne ? one : several}`;
}

/** “12 mars 2026”: the Europe/Paris day of an instant. */
export function onDay(instant: Instant, language: SentenceLanguage): string {
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    timeZone: 'Europe/Paris',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
  }).format(new Date(instant));
}

/** The text with a capital at its start. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
