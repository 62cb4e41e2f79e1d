import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addMonths, isTelephone, kindReachedBy, parisDay, type Channel, type Instant } from '#kernel';
import { anyQuestion, type AnyQuestion } from './any-question.fixture.js';
import { decide } from './decide.js';
import type { Decision } from './decision.js';
import type { GateFacts } from './facts.js';
import type { GateInput } from './gate-case.js';
import { CONTROLLER, PURPOSE } from './gate.harness.js';

// Goal: no history turns a "no" into a "yes", a "yes" holds to the millisecond that it names, and it can show what the
// law asks for, told here once more without the policy. Method: questions at the edges of clocks, calendars and limits.

const RUNS = { numRuns: 1000, endOnFailure: true };
const later = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) + ms).toISOString();
const at = (input: GateInput, instant: Instant): Decision =>
  decide({ ...input, question: { ...input.question, at: instant } });
const withFacts = (input: GateInput, facts: Partial<GateFacts>): GateInput => ({
  ...input,
  facts: { ...input.facts, ...facts },
});

describe('whatever stands against a contact', () => {
  it('never turns a no into a yes, be it of the past or still to come', () => {
    let refused = 0;
    fc.assert(
      fc.property(anyQuestion, fc.nat(2), ({ input, more }, nth) => {
        if (decide(input).permitted) return;
        refused += 1;
        const turned = worseThan(input, more, nth).filter(([, worse]) => decide(worse).permitted);
        expect(turned.map(([what]) => what)).toEqual([]);
      }),
      RUNS,
    );
    expect(refused).toBeGreaterThan(RUNS.numRuns / 3);
  });
});

/** The same question with one thing more that stands against the contact, or one thing less that stands for it. */
function worseThan(
  input: GateInput,
  { no, call, consent }: AnyQuestion['more'],
  nth: number,
): readonly (readonly [string, GateInput])[] {
  const { subject, consents, nos, solicitations, restrictions, contactPoints } = input.facts;
  const changed = (change: Partial<GateFacts['consents'][number]>): Partial<GateFacts> => ({
    consents: consents.map((one, index) => (index === nth ? { ...one, ...change } : one)),
  });
  const standing = { eventId: 'r', revision: 0, purposeIds: [PURPOSE], state: 'lift-notified' };
  const child = {
    ...consent,
    purposeId: 'other',
    controllerId: 'sister',
    age: 'under-15',
    hasParentalConsent: true,
  };
  const facts: Readonly<Record<string, Partial<GateFacts>>> = {
    'a no': { nos: [...nos, no] },
    'a call': { solicitations: [...solicitations, call] },
    'a refused call': { solicitations: [...solicitations, { ...call, state: 'made', outcome: 'refused' }] },
    restricted: { restrictions: [...restrictions, standing] },
    erased: { subject: subject && { ...subject, isErased: true } },
    unregistered: { subject: subject && { ...subject, registeredAt: null } },
    unknown: { subject: undefined },
    parked: { isParked: true },
    'known as a child': { consents: [...consents, child] },
    'a child': changed({ age: 'under-15', hasParentalConsent: false }),
    'expired at once': changed({ validUntil: input.question.at }),
    'stale at once': changed({ staleFrom: input.question.at }),
    undemonstrable: changed({ grade: 'undemonstrable' }),
    'covering no address': changed({ contactPointIds: [] }),
    'naming nobody': changed({ namedRecipientIds: [] }),
    'no address': { contactPoints: [] },
    'one address more': {
      contactPoints: contactPoints.flatMap((one) => [one, { ...one, contactPointId: `${one.kind}-new` }]),
    },
    'no zone': { contactPoints: contactPoints.map((one) => ({ ...one, timeZone: null })) },
    'informed of nothing': { informed: [] },
  };
  const { purpose, question } = input;
  const year = question.at.slice(0, 4);
  return [
    ...Object.entries(facts).map(([what, worse]) => [what, withFacts(input, worse)] as const),
    ['a holiday', { ...input, isPublicHoliday: (day) => day.startsWith(year) || input.isPublicHoliday(day) }],
    ['no purpose', { ...input, purpose: undefined }],
    ['ended', { ...input, purpose: purpose && { ...purpose, retiredAt: input.question.at } }],
  ];
}

describe('a yes', () => {
  it('holds at every instant until the one that it names', () => {
    let yes = 0;
    fc.assert(
      fc.property(anyQuestion, ({ input }) => {
        const { permitted, validUntil } = decide(input);
        if (!permitted) return;
        yes += 1;
        const begin = input.question.at;
        const end = validUntil ?? '2035-01-01T00:00:00.000Z';
        expect(end > begin).toBe(true);
        const times = turnsOf(input).filter((time) => begin <= time && time < end);
        expect([...times, later(end, -1)].filter((time) => !at(input, time).permitted)).toEqual([]);
      }),
      RUNS,
    );
    expect(yes).toBeGreaterThan(RUNS.numRuns / 10);
  });

  it('names events that are known, unless it needs none', () => {
    fc.assert(
      fc.property(anyQuestion, ({ input }) => {
        const { permitted, ground = '', deciding } = decide(input);
        if (!permitted) return;
        const { facts } = input;
        const known = [facts.consents, facts.relationships, facts.informed].flatMap((list) =>
          list.map(({ eventId }) => eventId),
        );
        expect(known).toEqual(expect.arrayContaining(deciding.map(({ eventId }) => eventId)));
        if (!['no-objection', 'service-message'].includes(ground)) expect(deciding.length).toBeGreaterThan(0);
      }),
      RUNS,
    );
  });

  it('can show what the law asks for', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(anyQuestion, ({ input }) => {
        const decision = decide(input);
        if (!decision.permitted) return;
        seen.add(decision.ground ?? '');
        expect(lackingOf(input, decision)).toEqual([]);
      }),
      RUNS,
    );
    // Otherwise little was shown.
    expect(seen.size).toBeGreaterThan(3);
  });
});

/** Instants at which an answer could turn: every time in the facts and a millisecond around it, and the hours of days. */
function turnsOf({ facts, question }: GateInput): readonly Instant[] {
  const told = JSON.stringify([facts, question]).match(/\d{4}-\d\d-\d\dT[\d:.]+Z/g) ?? [];
  const years = [1, 3].flatMap((count) => told.map((time) => addMonths(time, 12 * count)));
  const day = question.at.slice(0, 10);
  const hours = Array.from({ length: 24 }, (_, hour) => `${day}T${String(hour).padStart(2, '0')}:00:00.000Z`);
  return [...told, ...years, ...hours].flatMap((time) => [-1, 0, 1].map((ms) => later(time, ms)));
}

/** What a permitted contact lacks by the law as it is written, without the policy: nothing, if the gate is right. */
function lackingOf(input: GateInput, decision: Decision): readonly string[] {
  const { facts, question } = input;
  const isConsumer = facts.subject?.audience === 'consumer';
  const isService = decision.rule === undefined;
  const checks: readonly (readonly [string, boolean])[] = [
    ['known, registered, not erased, readable', isContactable(facts)],
    ['free of restrictions (Art. 18)', isUnrestricted(facts)],
    ['an address', kindReachedBy(question.channel) === undefined || pointsOf(input).length > 0],
    ['a consent that stands', decision.ground !== 'consent' || consentStands(input, decision)],
    ['no newer "no"', isService || isFreeOfNos(input, decision)],
    ['calls in due form', isService || !isConsumer || callIsDue(input, decision)],
    ['a ground for the channel', isService || !isConsumer || hasGround(input, decision)],
  ];
  return checks.filter(([, isMet]) => !isMet).map(([what]) => what);
}

function isContactable({ isParked, subject }: GateFacts): boolean {
  return !isParked && subject?.isErased === false && subject.registeredAt !== null;
}

function isUnrestricted({ restrictions }: GateFacts): boolean {
  return restrictions.every(
    ({ state, purposeIds }) => state === 'lifted' || (purposeIds !== 'all' && !purposeIds.includes(PURPOSE)),
  );
}

const pointsOf = ({ facts, question }: GateInput) =>
  facts.contactPoints.filter(
    ({ kind, state }) => kind === kindReachedBy(question.channel) && state === 'active',
  );

const consentOf = ({ facts }: GateInput, { deciding }: Decision) =>
  facts.consents.find(({ eventId }) => deciding.some((event) => event.eventId === eventId));

/** Art. 4(11), 7; LIL art. 45; C. conso. R.223-1. */
function consentStands(input: GateInput, decision: Decision): boolean {
  const { question, facts } = input;
  const consent = consentOf(input, decision);
  if (consent === undefined) return false;
  const { at: when, recipientId } = question;
  const { givenAt, acceptedSlots, contactPointIds, namedRecipientIds } = consent;
  const isOver = (end: Instant | null): boolean => end !== null && end <= when;
  const isPhone = isTelephone(question.channel) && parisDay(when) >= '2026-08-11';
  const wasChild = facts.consents.some(({ age, givenAt: then }) => age === 'under-15' && then >= givenAt);
  const scope = [consent.purposeId, consent.channel, consent.controllerId];
  return [
    scope.join() === [PURPOSE, question.channel, CONTROLLER].join(),
    givenAt <= when && consent.endings.length === 0 && consent.grade !== 'undemonstrable',
    !isOver(consent.validUntil) && !isOver(consent.staleFrom),
    !wasChild || consent.hasParentalConsent,
    pointsOf(input).every(({ contactPointId }) => contactPointIds.includes(contactPointId)),
    recipientId === undefined || namedRecipientIds.includes(recipientId),
    !isPhone || !isOver(addMonths(givenAt, 12)),
    !isPhone || acceptedSlots.length === 0 || isInSlot(acceptedSlots, when),
  ].every((isMet) => isMet);
}

function isInSlot(
  slots: readonly { readonly from: Instant; readonly to: Instant }[],
  when: Instant,
): boolean {
  return slots.some(({ from, to }) => from <= when && when < to);
}

/** Art. 7(3), 21(2) and (3): a "no" beats everything but a consent that is newer. */
function isFreeOfNos(input: GateInput, decision: Decision): boolean {
  const since = decision.ground === 'consent' ? consentOf(input, decision)?.givenAt : undefined;
  return input.facts.nos.every(
    ({ purposeId, channel, controllerId, at: said }) =>
      purposeId === 'other' ||
      (channel !== 'all' && channel !== input.question.channel) ||
      controllerId === 'sister' ||
      (since !== undefined && said < since),
  );
}

/** C. conso. D.223-9: days, hours and number of calls to a consumer, since 11 August 2026. */
function callIsDue(input: GateInput, decision: Decision): boolean {
  const { question, facts } = input;
  if (!isTelephone(question.channel) || parisDay(question.at) < '2026-08-11') return true;
  const begin = Date.parse(`${parisDay(question.at)}T00:00:00Z`) - 29 * 86_400_000;
  const counted = facts.solicitations.filter(
    ({ controllerId, channel, state, at: made, expiresAt }) =>
      controllerId === CONTROLLER &&
      isTelephone(channel) &&
      (state === 'made'
        ? Date.parse(`${parisDay(made)}T00:00:00Z`) >= begin
        : state === 'reserved' && (expiresAt === null || expiresAt > question.at)),
  );
  if (counted.length >= 4) return false;
  const slots = consentOf(input, decision)?.acceptedSlots ?? [];
  if (isInSlot(slots, question.at)) return true;
  return pointsOf(input).every(({ timeZone }) => {
    const zone = timeZone === null || timeZone === 'No/Where' ? 'Europe/Paris' : timeZone;
    const local = new Date(question.at).toLocaleString('sv-SE', { timeZone: zone });
    const [day = '', time = ''] = local.split(' ');
    const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
    const isOpen = (time >= '10:00' && time < '13:00') || (time >= '14:00' && time < '20:00');
    return isOpen && weekday >= 1 && weekday <= 5 && !input.isPublicHoliday(day);
  });
}

/** What the law looks at when a consumer is contacted. */
interface OfferToConsumer {
  readonly day: string;
  readonly sector: string;
  /** For the data controller itself, which has sold something to the person, or has a contract with them. */
  readonly isOwn: boolean;
  readonly isOwnCustomer: boolean;
  readonly isUnderOwnContract: boolean;
}

type IsLawful = (ground: string, offer: OfferToConsumer) => boolean;

const onConsentAlone: IsLawful = (ground) => ground === 'consent';

/** C. conso. L.223-1 al. 5, L.223-8: nothing carries it but a contract in performance. */
const isBanned = ({ sector, isUnderOwnContract }: OfferToConsumer): boolean =>
  sector === 'housing-energy-adapt' && !isUnderOwnContract;

const byMessage: IsLawful = (ground, offer) => {
  if (isBanned(offer) && offer.day >= '2025-07-02') return false;
  return ground === 'consent' || (ground === 'soft-opt-in' && offer.isOwnCustomer);
};

const byCall: IsLawful = (ground, offer) => {
  const { day, sector, isOwn } = offer;
  const isOptIn = day >= '2026-08-11';
  if (ground === 'requested-call-back') return isOwn && sector === 'housing-energy-adapt' && isOptIn;
  if (isBanned(offer) && isOptIn) return false;
  if (ground === 'ongoing-contract') return offer.isUnderOwnContract && day >= '2020-07-26';
  return ground === 'consent' || !isOptIn || sector === 'press';
};

/** CPCE L.34-5; C. conso. L.223-1 to L.223-8: on which ground a consumer may be contacted on a channel at all. */
const LAWFUL: Readonly<Record<Channel, IsLawful>> = {
  email: (ground, offer) =>
    (offer.sector === 'charity' && ground === 'no-objection') || byMessage(ground, offer),
  'sms-mms': byMessage,
  'social-dm': byMessage,
  'phone-human': byCall,
  autodialer: (ground, offer) => ground === 'consent' && !(isBanned(offer) && offer.day >= '2026-08-11'),
  fax: onConsentAlone,
  push: onConsentAlone,
  post: () => true,
};

function hasGround({ question, purpose, facts }: GateInput, { ground }: Decision): boolean {
  const isOwn = question.recipientId === undefined;
  const dealings = facts.relationships.filter(
    ({ controllerId, at: when }) => isOwn && controllerId === CONTROLLER && when <= question.at,
  );
  return LAWFUL[question.channel](ground ?? '', {
    day: parisDay(question.at),
    sector: purpose?.sector ?? '',
    isOwn,
    isOwnCustomer: dealings.some(({ kind }) => kind === 'sale' || kind === 'contract-started'),
    isUnderOwnContract: dealings.some(({ kind }) => kind === 'contract-started'),
  });
}
