import type { TimelineData } from '../timeline-event.js';
import { capital, counted, enumerated } from './phrases.js';
import type { SentenceTable } from './table.js';
import * as words from './words.js';

/** What is told of a person, their contact points and who looked at them. */
export const subjectSentences: SentenceTable<
  | 'SubjectRegistered'
  | 'ContactPointAdded'
  | 'ContactPointRectified'
  | 'ContactPointRemoved'
  | 'SubjectsLinked'
  | 'SubjectsUnlinked'
  | 'RelationshipEventRecorded'
  | 'SubjectsLookedUp'
  | 'PersonalDataRevealed'
> = {
  SubjectRegistered: {
    fr: ({ audience, collection, source }) =>
      `La personne est enregistrée (${words.audienceWords[audience].fr}) ; ses données ont été recueillies ${
        collection === 'direct' ? 'auprès d’elle' : 'auprès d’un tiers'
      }, origine : ${words.sourceWords[source.kind].fr}.`,
    en: ({ audience, collection, source }) =>
      `The person is registered (${words.audienceWords[audience].en}); their data were collected ${
        collection === 'direct' ? 'from them' : 'from a third party'
      }, source: ${words.sourceWords[source.kind].en}.`,
  },
  ContactPointAdded: {
    fr: ({ kind, system }) =>
      `${capital(words.contactPointWords[kind].fr)}${ofSystem(system, 'fr')} a été ajouté${feminine(kind)}.`,
    en: ({ kind, system }) =>
      `${capital(words.contactPointWords[kind].en)}${ofSystem(system, 'en')} was added.`,
  },
  ContactPointRectified: {
    fr: ({ kind, reason }) =>
      `${capital(words.contactPointWords[kind].fr)} a été remplacé${feminine(kind)} (${
        words.rectifiedWords[reason].fr
      }) ; le nouveau point de contact n’hérite d’aucun consentement.`,
    en: ({ kind, reason }) =>
      `${capital(words.contactPointWords[kind].en)} was replaced (${
        words.rectifiedWords[reason].en
      }); the new contact point inherits no consent.`,
  },
  ContactPointRemoved: {
    fr: ({ reason }) => `Un point de contact a été retiré : ${words.removedWords[reason].fr}.`,
    en: ({ reason }) => `A contact point was removed: ${words.removedWords[reason].en}.`,
  },
  SubjectsLinked: {
    fr: ({ relation }) => `Un lien avec une autre personne est établi : ${words.relationWords[relation].fr}.`,
    en: ({ relation }) => `A relation to another person is noted: ${words.relationWords[relation].en}.`,
  },
  SubjectsUnlinked: {
    fr: ({ relation }) =>
      `Un lien avec une autre personne est supprimé : ${words.relationWords[relation].fr}.`,
    en: ({ relation }) => `A relation to another person has ended: ${words.relationWords[relation].en}.`,
  },
  RelationshipEventRecorded: {
    fr: (data) =>
      `${words.relationshipWords[data.kind].fr}${about(data.productCategories, 'fr')}, origine : ${
        words.sourceWords[data.source].fr
      }${collected(data, 'fr')}.`,
    en: (data) =>
      `${words.relationshipWords[data.kind].en}${about(data.productCategories, 'en')}, source: ${
        words.sourceWords[data.source].en
      }${collected(data, 'en')}.`,
  },
  SubjectsLookedUp: {
    fr: ({ kinds, items, archive, reason }) =>
      `${
        archive === true
          ? 'Une preuve conservée au sujet de la personne a été trouvée par une recherche dans l’archive'
          : 'La personne a été trouvée par une recherche'
      } (${kindsOf(kinds, 'fr')} ; ${counted(items, 'valeur cherchée', 'valeurs cherchées', 'fr')})${
        reason === undefined ? '' : `, motif : ${words.lookWords[reason].fr}`
      }.`,
    en: ({ kinds, items, archive, reason }) =>
      `${
        archive === true
          ? 'Proof retained about the person was found by a look into the archive'
          : 'The person was found by a look-up'
      } (${kindsOf(kinds, 'en')}; ${counted(items, 'value looked for', 'values looked for', 'en')})${
        reason === undefined ? '' : `, reason: ${words.lookWords[reason].en}`
      }.`,
  },
  PersonalDataRevealed: {
    fr: ({ fields, reason }) =>
      `Des données de la personne ont été consultées (${kindsOf(fields, 'fr')}), motif : ${
        words.lookWords[reason].fr
      }.`,
    en: ({ fields, reason }) =>
      `Data of the person were read (${kindsOf(fields, 'en')}), reason: ${words.lookWords[reason].en}.`,
  },
};

/** “ (« meubles » et « literie »)”: categories are codes of the organisation. */
function about(categories: readonly string[], language: words.SentenceLanguage): string {
  if (categories.length === 0) return '';
  const codes = categories.map((code) => ({ fr: `« ${code} »`, en: `“${code}”` }));
  return ` (${enumerated(codes, language)})`;
}

/** What a soft opt-in rests on: details from the person themselves, who could object (CPCE L.34-5 al. 4). */
function collected(
  { contactCollection }: TimelineData<'RelationshipEventRecorded'>,
  language: words.SentenceLanguage,
): string {
  if (contactCollection === undefined) return '';
  const { direct, objectionOffered } = contactCollection;
  if (language === 'fr') {
    const from = direct ? 'auprès d’elle' : 'auprès d’un tiers';
    const chance = objectionOffered ? 'avec' : 'sans';
    return ` ; les coordonnées de la personne ont alors été recueillies ${from}, ${chance} possibilité de s’opposer`;
  }
  const from = direct ? 'from them' : 'from a third party';
  const chance = objectionOffered ? 'with' : 'without';
  return `; the person’s contact details were then collected ${from}, ${chance} a chance to object`;
}

type Kind = keyof typeof words.contactPointWords;

function kindsOf(kinds: readonly Kind[], language: words.SentenceLanguage): string {
  return enumerated(
    kinds.map((kind) => words.contactPointWords[kind]),
    language,
  );
}

function ofSystem(system: string | undefined, language: words.SentenceLanguage): string {
  if (system === undefined) return '';
  return language === 'fr' ? ` du système « ${system} »` : ` of the system “${system}”`;
}

/** French agrees: “une adresse … ajoutée”. */
function feminine(kind: Kind): string {
  return kind === 'email' || kind === 'postal-address' ? 'e' : '';
}
