import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { audiences, channels, relations, type Channel } from '#kernel';
import { publishedPolicy } from '../policy/published.js';
import type { Evidence } from '../policy/vocabulary.js';
import type { Decision } from './decision.js';
import type { Consent, GateFacts, GatePurpose, No, Relationship, Solicitation } from './facts.js';
import type { GateInput } from './gate-case.js';
import { messageNatures, type Message } from './question.js';

export const CONTROLLER = 'bookshop';
export const PURPOSE = 'newsletter';
export const theirPolicy = publishedPolicy('fr-2026-11-21')!.policy;

/** One line of a table on one of its days. */
export interface TableRow {
  readonly line: string;
  readonly ruleId: string;
  readonly channel: Channel;
  readonly audience: string;
  readonly sector: string;
  readonly situation: string;
  readonly message: string;
  readonly when: string;
  readonly answer: string;
}

/** Reads a table: one row for each day that a line names. */
export function rowsOf(name: string): readonly TableRow[] {
  const lines = readFileSync(new URL(`./tables/${name}.txt`, import.meta.url), 'utf8').split('\n');
  return lines
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .flatMap((line) => {
      const cells = line.split('|').map((cell) => cell.trim());
      if (cells.length !== 8) throw new Error(`Not eight cells: ${line}`);
      const [ruleId, channel, audience, sector, situation, message, days, answer] = cells as [
        ...[string, Channel, string, string, string, string, string, string],
      ];
      return days.split(',').map((when) => ({
        line,
        ruleId,
        channel,
        audience,
        sector,
        situation,
        message,
        when: when.trim(),
        answer,
      }));
    });
}

/** A situation as `tables/situations.yaml` tells it. */
interface Situation {
  readonly collection?: string;
  readonly registered?: string | null;
  readonly unknown?: boolean;
  readonly erased?: boolean;
  readonly parked?: boolean;
  readonly use?: string;
  readonly zone?: string | null;
  /** `email-2` is a second address of the kind. */
  readonly points?: readonly string[];
  readonly restrictions?: readonly string[];
  readonly calls?: readonly string[];
  readonly relationships?: readonly {
    readonly kind: string;
    readonly at: string;
    readonly categories?: readonly string[];
    readonly direct?: boolean;
    readonly objection?: boolean;
    readonly points?: readonly string[];
    readonly controller?: string;
  }[];
  readonly consents?: readonly {
    readonly at: string;
    /** `never`: no end was stated. */
    readonly until: string;
    readonly grade?: string;
    readonly goods?: readonly string[];
    readonly points?: readonly string[];
    readonly channel?: string;
    readonly purpose?: string;
    readonly slots?: readonly (readonly [string, string])[];
    readonly age?: string;
    readonly parent?: boolean;
    /** `revoked -5d`, `invalidated -1d`, `expired +20d` (the clock went back). */
    readonly ended?: readonly string[];
    /** When a considerable change of its notice takes effect. */
    readonly stale?: string;
  }[];
  readonly informed?: readonly {
    readonly at: string;
    readonly article?: 'art-13' | 'art-14';
    readonly controller?: string;
  }[];
  readonly nos?: readonly {
    readonly kind: No['kind'];
    readonly at: string;
    readonly purpose?: string;
    readonly channel?: string;
    readonly controller?: string;
  }[];
}

const situations = load(
  readFileSync(new URL('./tables/situations.yaml', import.meta.url), 'utf8'),
) as Readonly<Record<string, Situation>>;

/** What the gate is asked by a row. */
export function inputOf(row: TableRow): GateInput {
  const at = fromParis(row.when);
  const situation = situations[row.situation];
  if (situation === undefined) throw new Error(`No such situation: ${row.line}`);
  const { message, recipientId } = messageOf(row.message);
  return {
    facts: factsOf(situation, row, at),
    purpose: purposeOf(row.sector),
    question: {
      ...{ purposeId: PURPOSE, channel: row.channel, at, message },
      ...(recipientId === undefined ? {} : { recipientId }),
    },
    policy: theirPolicy,
    isPublicHoliday: isHoliday,
  };
}

/** An answer as the tables write it. */
export function answerOf({ permitted, ground, reasons }: Decision): string {
  return permitted ? `yes ${ground ?? '?'}` : `no ${reasons.map(({ code }) => code).join(', ')}`;
}

/** An instant given by the clock in Paris. */
export function fromParis(when: string): string {
  const [day, time] = when.split(' ') as [string, string];
  for (const offset of ['+02:00', '+01:00']) {
    const instant = new Date(`${day}T${time}:00${offset}`);
    if (PARIS.format(instant).replace(', ', ' ') === when) return instant.toISOString();
  }
  throw new Error(`No such time in Paris: ${when}`);
}

const PARIS = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Paris',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** Public holidays of the days that the tables ask about, by hand (C. trav. L.3133-1). */
const HOLIDAYS = new Set([
  ...['2022-11-11', '2026-04-06', '2026-05-01', '2026-05-08', '2026-05-14', '2026-05-25', '2026-08-15'],
  ...['2026-11-11', '2026-12-25', '2027-01-01', '2027-03-29', '2027-05-06', '2027-05-17', '2027-07-14'],
]);
export const isHoliday = (day: string): boolean => HOLIDAYS.has(day);

/** A purpose that rests on legitimate interests for everybody, so that the rules alone decide. */
export function purposeOf(sector: string, lawfulBasis?: string): GatePurpose {
  const isService = sector === 'service';
  return {
    purposeId: PURPOSE,
    controllerId: CONTROLLER,
    kind: isService ? 'service' : 'prospecting',
    sector: isService ? 'normal' : sector,
    channels,
    variants: [
      {
        variantId: 'everybody',
        audiences,
        relations,
        lawfulBasis: lawfulBasis ?? (isService ? 'contract' : 'legitimate-interests'),
      },
    ],
    productCategories: ['books'],
  };
}

/** Words on a message that set one of its members. */
const WORDS: Readonly<Record<string, (value: string) => Partial<Message>>> = {
  category: (value) => ({ productCategory: value }),
  'goods-nature': (value) => ({ goodsNature: value }),
  goods: (value) => ({ goods: value as NonNullable<Message['goods']> }),
  related: () => ({ relatedToProfession: true }),
  'strictly-professional': () => ({ strictlyProfessional: true }),
  ...Object.fromEntries(messageNatures.map((nature) => [nature, () => ({ nature })])),
};

function messageOf(cell: string): { readonly message: Message; readonly recipientId?: string } {
  const words = (cell === '-' ? [] : cell.split(',')).map((word) => word.trim().split(' '));
  const shows = words.flatMap(([key, value]) => (key === 'shows' ? [value as Evidence] : []));
  const recipientId = words.find(([key]) => key === 'recipient')?.[1];
  let message: Message = shows.length === 0 ? {} : { shows };
  for (const [key = '', value = ''] of words) {
    if (key === 'shows' || key === 'recipient') continue;
    const set = WORDS[key];
    if (set === undefined) throw new Error(`No such word on a message: ${key}`);
    message = { ...message, ...set(value) };
  }
  return recipientId === undefined ? { message } : { message, recipientId };
}

function factsOf(situation: Situation, row: TableRow, at: string): GateFacts {
  return {
    isParked: situation.parked ?? false,
    subject: personOf(situation, row, at),
    contactPoints: pointsOf(situation),
    consents: (situation.consents ?? []).map((consent, index) => consentOf(consent, row, at, index)),
    nos: (situation.nos ?? []).map((no, index) => noOf(no, row, at, index)),
    restrictions: (situation.restrictions ?? []).map((state, index) => ({
      ...{ purposeIds: 'all' as const, state, eventId: `restriction-${String(index)}`, revision: index },
    })),
    relationships: (situation.relationships ?? []).map((one, index) => relationshipOf(one, at, index)),
    solicitations: (situation.calls ?? []).map((call, index) => callOf(call, at, index)),
    informed: (situation.informed ?? []).map(
      ({ at: when, article = 'art-14', controller = CONTROLLER }, index) => ({
        ...{ controllerId: controller, article, at: from(at, when) },
        ...{ eventId: `information-${String(index)}`, revision: index },
      }),
    ),
  };
}

function personOf(situation: Situation, row: TableRow, at: string): GateFacts['subject'] {
  const { collection = 'direct', registered = '-60d', erased = false, unknown = false } = situation;
  if (unknown) return undefined;
  if (registered === null) return { audience: null, collection: null, registeredAt: null, isErased: erased };
  return { audience: row.audience, collection, registeredAt: from(at, registered), isErased: erased };
}

function pointsOf({
  erased,
  unknown,
  points = ['email', 'phone', 'post'],
  use = 'personal',
  zone = 'Europe/Paris',
}: Situation): GateFacts['contactPoints'] {
  if (erased === true || unknown === true) return [];
  return points.map((point) => ({
    contactPointId: point,
    kind: point === 'post' ? 'postal-address' : point.replace(/-\d$/, ''),
    ...{ use, timeZone: zone, state: 'active' },
  }));
}

function noOf(told: Told<'nos'>, row: TableRow, at: string, index: number): No {
  const { kind, purpose = PURPOSE, channel, controller = null } = told;
  return {
    ...{ kind, purposeId: purpose, channel: otherThan(row.channel, channel), at: from(at, told.at) },
    ...{ controllerId: controller, eventId: `no-${String(index)}`, revision: index },
  };
}

type Told<K extends keyof Situation> = NonNullable<Situation[K]> extends readonly (infer T)[] ? T : never;

function consentOf(told: Told<'consents'>, row: TableRow, at: string, index: number): Consent {
  return {
    ...{ consentId: `consent-${String(index)}`, eventId: `given-${String(index)}`, revision: index },
    purposeId: told.purpose ?? PURPOSE,
    channel: otherThan(row.channel, told.channel),
    controllerId: CONTROLLER,
    contactPointIds: told.points ?? ['email', 'phone', 'post'],
    givenAt: from(at, told.at),
    validUntil: told.until === 'never' ? null : from(at, told.until),
    grade: told.grade ?? 'strong',
    goodsNature: told.goods ?? ['books'],
    namedRecipientIds: ['named'],
    acceptedSlots: (told.slots ?? []).map(([begin, end]) => ({ from: from(at, begin), to: from(at, end) })),
    age: told.age ?? 'adult',
    hasParentalConsent: told.parent ?? false,
    staleFrom: told.stale === undefined ? null : from(at, told.stale),
    endings: (told.ended ?? []).map((ending, nth) => endingOf(ending, at, index, nth)),
  };
}

function endingOf(told: string, at: string, index: number, nth: number): Consent['endings'][number] {
  const [state, when] = told.split(' ') as [Consent['endings'][number]['state'], string];
  return {
    state,
    at: from(at, when),
    eventId: `ending-${String(index)}-${String(nth)}`,
    revision: 100 + nth,
  };
}

function relationshipOf(told: Told<'relationships'>, at: string, index: number): Relationship {
  const { kind, categories = [], direct, objection, points = ['email'], controller = CONTROLLER } = told;
  return {
    ...{ kind, controllerId: controller, productCategories: categories, at: from(at, told.at) },
    contractId: kind.startsWith('contract') ? 'contract' : null,
    contactCollection:
      direct === undefined ? null : { direct, contactPointIds: points, objectionOffered: objection ?? false },
    ...{ eventId: `relationship-${String(index)}`, revision: index },
  };
}

function callOf(told: string, at: string, index: number): Solicitation {
  const [what, when] = told.split(' ') as [string, string];
  const isReserved = what === 'reserved' || what === 'lapsed';
  return {
    ...{ attemptId: `attempt-${String(index)}`, controllerId: CONTROLLER },
    ...{ channel: 'phone-human', at: from(at, when) },
    state: isReserved ? 'reserved' : 'made',
    outcome: isReserved ? null : what,
    expiresAt: isReserved ? from(at, what === 'lapsed' ? '-0d' : '+1d') : null,
    ...{ eventId: `call-${String(index)}`, revision: index },
  };
}

function otherThan(channel: Channel, told: string | undefined): string {
  if (told !== 'fax-or-post') return told ?? channel;
  return channel === 'post' ? 'fax' : 'post';
}

/** So many days before or after an instant. */
function from(at: string, days: string): string {
  return new Date(Date.parse(at) + Number.parseInt(days, 10) * 86_400_000).toISOString();
}
