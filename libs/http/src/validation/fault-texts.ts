import type { UiLanguage } from '../problems/problem-type.js';

type Texts = Readonly<Record<UiLanguage, string>>;

/** What each fault of a request is called, in French and English. `{limit}` and `{accepted}` come from the rule. */
export const faultTexts = {
  missing: { fr: 'Ce champ est obligatoire.', en: 'This member is required.' },
  'unknown-member': {
    fr: 'Un champ inconnu est présent ici. Seuls les champs documentés sont acceptés.',
    en: 'An unknown member stands here. Only documented members are accepted.',
  },
  'wrong-type': {
    fr: 'Le type est faux ; attendu : {accepted}.',
    en: 'The type is wrong; expected: {accepted}.',
  },
  'not-a-uuid': {
    fr: 'Un UUID en minuscules est attendu.',
    en: 'A lower-case UUID is expected.',
  },
  'not-one-of': {
    fr: 'Une de ces valeurs est attendue : {accepted}.',
    en: 'One of these values is expected: {accepted}.',
  },
  blank: { fr: 'Le texte est vide.', en: 'The text is empty.' },
  'too-long': { fr: 'Au plus {limit} caractères.', en: 'At most {limit} characters.' },
  'not-a-slug': {
    fr: 'Un code court est attendu : minuscules sans accent, chiffres et traits d’union, au plus {limit} caractères.',
    en: 'A short code is expected: lower-case letters, digits and hyphens, at most {limit} characters.',
  },
  'not-an-instant': {
    fr: 'Une date et heure RFC 3339 avec fuseau est attendue, comme 2026-11-21T18:00:00+01:00.',
    en: 'An RFC 3339 date and time with zone is expected, such as 2026-11-21T18:00:00+01:00.',
  },
  'occurred-in-the-future': {
    fr: 'Cet instant est dans le futur.',
    en: 'This instant is in the future.',
  },
  'not-a-day': {
    fr: 'Un jour du calendrier est attendu, comme 2026-11-21.',
    en: 'A calendar day is expected, such as 2026-11-21.',
  },
  'not-an-integer': { fr: 'Un nombre entier est attendu.', en: 'A whole number is expected.' },
  'too-small': { fr: 'Au moins {limit}.', en: 'At least {limit}.' },
  'too-large': { fr: 'Au plus {limit}.', en: 'At most {limit}.' },
  'too-few': { fr: 'Au moins {limit} élément(s).', en: 'At least {limit} item(s).' },
  'too-many': { fr: 'Au plus {limit} élément(s).', en: 'At most {limit} item(s).' },
  'not-unique': { fr: 'Cet élément est déjà dans la liste.', en: 'This item is already in the list.' },
  'not-a-sha256': {
    fr: 'Un SHA-256 de 64 chiffres hexadécimaux en minuscules est attendu.',
    en: 'A SHA-256 of 64 lower-case hexadecimal digits is expected.',
  },
  'not-a-match': {
    fr: 'Le texte n’a pas la forme attendue : {accepted}.',
    en: 'The text does not have the expected form: {accepted}.',
  },
  'not-a-cursor': {
    fr: 'Ce curseur n’a pas été émis par cette liste.',
    en: 'This cursor was not given by this list.',
  },
  'not-a-token': {
    fr: 'Ce n’est pas un jeton de cohérence rendu par une commande.',
    en: 'This is not a consistency token that a command returned.',
  },
  'not-a-revision': {
    fr: 'Une seule étiquette forte est attendue, comme "7".',
    en: 'One strong entity tag is expected, such as "7".',
  },
  'not-an-idempotency-key': {
    fr: 'Une clé de 1 à {limit} caractères ASCII visibles est attendue.',
    en: 'A key of 1 to {limit} visible ASCII characters is expected.',
  },
  'body-missing': { fr: 'Un corps JSON est attendu.', en: 'A JSON body is expected.' },
  'malformed-json': { fr: 'Ce n’est pas du JSON.', en: 'This is not JSON.' },
  'not-utf8': { fr: 'Le corps n’est pas en UTF-8.', en: 'The body is not UTF-8.' },
  'duplicate-member': {
    fr: 'Ce champ est présent deux fois dans le même objet.',
    en: 'This member stands twice in the same object.',
  },
  'reserved-member': {
    fr: 'Un nom de champ réservé est présent ici : {accepted}.',
    en: 'A reserved member name stands here: {accepted}.',
  },
  'nul-character': { fr: 'Le caractère NUL est refusé.', en: 'The NUL character is refused.' },
  'lone-surrogate': {
    fr: 'Une moitié de paire Unicode (surrogate) est refusée.',
    en: 'Half a Unicode surrogate pair is refused.',
  },
  'not-a-whole-number': {
    fr: 'Seuls les entiers écrits sans décimale ni exposant sont acceptés.',
    en: 'Only integers written without fraction or exponent are accepted.',
  },
  'number-too-large': {
    fr: 'Seuls les entiers jusqu’à 2^53−1 sont acceptés.',
    en: 'Only integers up to 2^53−1 are accepted.',
  },
  'too-deep': { fr: 'Plus de {limit} niveaux imbriqués.', en: 'More than {limit} nested levels.' },
  'not-canonical': {
    fr: 'Cette valeur ne peut pas être conservée à l’identique.',
    en: 'This value cannot be kept unaltered.',
  },
} as const satisfies Readonly<Record<string, Texts>>;

/** Name of a fault, stable for programs. */
export type FaultCode = keyof typeof faultTexts;
