import type { ControllerData, ProcessingActivityData, RegisterRole } from '../contract.js';

/** A text in the two languages of the product. */
export interface Label {
  readonly fr: string;
  readonly en: string;
}

/**
 * How far Art. 30 asks for an element: always; where it is possible ((1)(f), (1)(g)); or where there is one at all
 * (a data protection officer).
 */
export type Necessity = 'always' | 'where-possible' | 'where-applicable';

/** An element of Art. 30 that a line of the register lacks. */
export interface MissingElement {
  readonly element: string;
  /** Letter of the article, `30(1)(f)`. */
  readonly article: string;
  readonly necessity: Necessity;
  readonly label: Label;
  /** JSON pointer of what lacks it, in the line; absent where it belongs to the data controller. */
  readonly pointer?: string;
}

/** What an element's absence looks like: places in the line (`undefined`: at the data controller), none if it is there. */
type Lacks = (
  activity: ProcessingActivityData,
  controller: ControllerData | undefined,
) => readonly (string | undefined)[];

interface Requirement extends Label {
  readonly element: string;
  readonly letter: Readonly<Partial<Record<RegisterRole, string>>>;
  readonly necessity?: Necessity;
  readonly lacks: Lacks;
}

/** Countries of the European Economic Area: elsewhere a representative is needed (Art. 27). */
const EEA = new Set(
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK'.split(' '),
);

const BOTH_A = { controller: '(a)', processor: '(a)' } as const;

/** Art. 30(1)(a) to (g) and 30(2)(a) to (d), element by element. */
const REQUIREMENTS: readonly Requirement[] = [
  {
    element: 'controller',
    letter: BOTH_A,
    fr: 'Nom de l’organisme qui tient le registre',
    en: 'Name of the organisation that keeps the register',
    lacks: (_, controller) => unless(controller !== undefined, '/controllerId'),
  },
  {
    element: 'controller-contact',
    letter: BOTH_A,
    fr: 'Coordonnées de l’organisme',
    en: 'Contact details of the organisation',
    lacks: (_, controller) =>
      unless(controller === undefined || (controller.address ?? controller.contactUrl) !== undefined),
  },
  {
    element: 'representative',
    letter: BOTH_A,
    fr: 'Représentant dans l’Union (art. 27)',
    en: 'Representative in the Union (Art. 27)',
    lacks: (_, controller) =>
      unless(
        controller === undefined ||
          EEA.has(controller.country) ||
          controller.representativeActorId !== undefined,
      ),
  },
  {
    element: 'data-protection-officer',
    letter: BOTH_A,
    necessity: 'where-applicable',
    fr: 'Délégué à la protection des données, s’il est désigné',
    en: 'Data protection officer, if one is designated',
    lacks: (_, controller) => unless(controller === undefined || controller.dpoActorId !== undefined),
  },
  {
    element: 'served-controllers',
    letter: { processor: '(a)' },
    fr: 'Responsables du traitement pour le compte desquels l’organisme agit',
    en: 'Data controllers on whose behalf the organisation acts',
    lacks: ({ servedControllers }) => unless(servedControllers.length > 0, '/servedControllers'),
  },
  {
    element: 'purposes',
    letter: { controller: '(b)' },
    fr: 'Finalités du traitement',
    en: 'Purposes of the processing',
    lacks: ({ mainPurpose, purposeIds }) =>
      unless(mainPurpose !== undefined || purposeIds.length > 0, '/mainPurpose'),
  },
  {
    element: 'processing-categories',
    letter: { processor: '(b)' },
    fr: 'Catégories de traitements effectués pour le compte de chaque responsable',
    en: 'Categories of processing carried out on behalf of each data controller',
    lacks: ({ mainPurpose, subPurposes }) =>
      unless(mainPurpose !== undefined || subPurposes.length > 0, '/mainPurpose'),
  },
  {
    element: 'subject-categories',
    letter: { controller: '(c)' },
    fr: 'Catégories de personnes concernées',
    en: 'Categories of data subjects',
    lacks: ({ subjectCategories }) => unless(subjectCategories.length > 0, '/subjectCategories'),
  },
  {
    element: 'data-categories',
    letter: { controller: '(c)' },
    fr: 'Catégories de données à caractère personnel',
    en: 'Categories of personal data',
    lacks: ({ dataCategories }) => unless(dataCategories.length > 0, '/dataCategories'),
  },
  {
    element: 'recipients',
    letter: { controller: '(d)' },
    fr: 'Catégories de destinataires, services internes compris',
    en: 'Categories of recipients, internal departments included',
    lacks: ({ recipients }) => unless(recipients.length > 0, '/recipients'),
  },
  {
    element: 'transfers',
    letter: { controller: '(e)', processor: '(c)' },
    fr: 'Transferts vers les pays tiers où se trouvent des destinataires',
    en: 'Transfers to the third countries of the recipients',
    lacks: ({ recipients, transfers }) =>
      unless(transfers.length > 0 || recipients.every(({ type }) => type !== 'third-country'), '/transfers'),
  },
  {
    element: 'transfer-safeguards',
    letter: { controller: '(e)', processor: '(c)' },
    fr: 'Documents attestant des garanties d’un transfert (art. 49(1), deuxième alinéa)',
    en: 'Documentation of a transfer’s safeguards (Art. 49(1), second subparagraph)',
    lacks: ({ transfers }) =>
      places(
        transfers,
        ({ safeguard, documentUrl }) => safeguard === 'art49' && documentUrl === undefined,
      ).map((index) => `/transfers/${String(index)}/documentUrl`),
  },
  {
    element: 'retention',
    letter: { controller: '(f)' },
    necessity: 'where-possible',
    fr: 'Délai d’effacement de la catégorie de données',
    en: 'Time limit for erasure of the category of data',
    lacks: ({ dataCategories }) =>
      places(dataCategories, ({ retention }) => retention === undefined).map(
        (index) => `/dataCategories/${String(index)}/retention`,
      ),
  },
  {
    element: 'security-measures',
    letter: { controller: '(g)', processor: '(d)' },
    necessity: 'where-possible',
    fr: 'Description générale des mesures de sécurité',
    en: 'General description of the security measures',
    lacks: ({ securityMeasures }) => unless(securityMeasures.length > 0, '/securityMeasures'),
  },
];

/**
 * What a line of the register lacks of Art. 30(1) (as data controller) or 30(2) (as processor), in the order of the
 * article. `controller` is the organisation that the line names, as far as it is declared.
 */
export function missingElements(
  activity: ProcessingActivityData,
  controller: ControllerData | undefined,
): readonly MissingElement[] {
  const paragraph = activity.role === 'controller' ? '30(1)' : '30(2)';
  return REQUIREMENTS.flatMap(({ element, letter, necessity = 'always', fr, en, lacks }) => {
    const ofRole = letter[activity.role];
    if (ofRole === undefined) return [];
    const common = { element, article: `${paragraph}${ofRole}`, necessity, label: { fr, en } };
    return lacks(activity, controller).map((pointer) =>
      pointer === undefined ? common : { ...common, pointer },
    );
  });
}

/** Whether nothing is missing that the article asks of every line. */
export function isComplete(missing: readonly MissingElement[]): boolean {
  return missing.every(({ necessity }) => necessity === 'where-applicable');
}

function unless(isThere: boolean, pointer?: string): readonly (string | undefined)[] {
  return isThere ? [] : [pointer];
}

function places<T>(items: readonly T[], isOne: (item: T) => boolean): number[] {
  return items.flatMap((item, index) => (isOne(item) ? [index] : []));
}
