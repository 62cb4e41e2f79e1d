import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { audiences, channels, defined, relations, sectors } from '#kernel';
import { evidences, goods } from '../policy/vocabulary.js';
import { decide } from './decide.js';
import { reasonCodes } from './decision.js';
import type { GateFacts, No } from './facts.js';
import type { GateInput } from './gate-case.js';
import { CONTROLLER, isHoliday, PURPOSE, purposeOf, theirPolicy } from './gate.harness.js';
import { messageNatures } from './question.js';

// Goal: what must hold of every answer, whatever is known and whatever is asked. Few instants, purposes and addresses
// on purpose, so that facts meet; most people are registered, so that there are permitted answers to speak of.

const DAY_MS = 86_400_000;
const BEGIN = Date.parse('2026-07-20T09:00:00.000Z');
const instant = fc
  .integer({ min: 0, max: 60 * 8 })
  .map((eighths) => new Date(BEGIN + (eighths * DAY_MS) / 8).toISOString());
const early = instant.map((at) => new Date(Date.parse(at) - 40 * DAY_MS).toISOString());
const purposeId = fc.constantFrom(PURPOSE, PURPOSE, PURPOSE, 'other');
const usual = fc.constantFrom('email' as const, 'phone-human' as const, 'post' as const);
const channel = fc.oneof(
  { weight: 5, arbitrary: usual },
  { weight: 1, arbitrary: fc.constantFrom(...channels) },
);
const seldom = fc.integer({ min: 0, max: 19 }).map((drawn) => drawn === 0);
const controllerId = fc.constantFrom(CONTROLLER, CONTROLLER, 'sister');
const categories = fc.subarray(['books', 'wine']);
const pointIds = fc.subarray(['email', 'phone', 'post']);
const place = { eventId: fc.uuid(), revision: fc.nat(20) };

const no: fc.Arbitrary<No> = fc.record({
  ...place,
  kind: fc.constantFrom('refused', 'withdrawn', 'objected', 'objected-on-grounds', 'suppressed'),
  purposeId: fc.oneof(purposeId, fc.constantFrom('all', 'unknown')),
  channel: fc.oneof(channel, fc.constant('all')),
  controllerId: fc.option(controllerId),
  at: early,
});

const ending = fc.record({
  ...place,
  state: fc.constantFrom('expired' as const, 'revoked' as const, 'invalidated' as const),
  at: early,
});

const consent = fc.record({
  ...place,
  ...{ consentId: fc.uuid(), purposeId, channel, controllerId, contactPointIds: pointIds, givenAt: early },
  validUntil: fc.option(instant),
  grade: fc.constantFrom('strong', 'strong', 'weak', 'undemonstrable'),
  ...{ goodsNature: categories, namedRecipientIds: fc.subarray(['named']) },
  acceptedSlots: fc.array(
    instant.map((from) => ({ from, to: new Date(Date.parse(from) + DAY_MS / 8).toISOString() })),
    { maxLength: 2 },
  ),
  age: fc.constantFrom('adult', 'adult', 'under-15'),
  hasParentalConsent: fc.boolean(),
  staleFrom: fc.option(instant, { freq: 3 }),
  endings: fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.array(ending, { maxLength: 2 })),
});

const relationship = fc.record({
  ...place,
  ...{ controllerId, productCategories: categories, contractId: fc.constantFrom('one', 'two'), at: early },
  kind: fc.constantFrom(
    'sale',
    'account-opened',
    'contract-started',
    'contract-ended',
    'inbound',
    'call-back-requested',
  ),
  contactCollection: fc.option(
    fc.record({ direct: fc.boolean(), contactPointIds: pointIds, objectionOffered: fc.boolean() }),
  ),
});

const solicitation = fc.record({
  ...place,
  attemptId: fc.uuid(),
  ...{ controllerId, channel, at: early, expiresAt: fc.option(instant) },
  state: fc.constantFrom('reserved', 'released', 'made'),
  outcome: fc.constantFrom('answered', 'no-answer', 'refused', null),
});

const informed = fc.record({
  ...{ ...place, controllerId, at: early },
  article: fc.constantFrom('art-13' as const, 'art-14' as const),
});

const unique = <T extends { readonly eventId: string }>(one: fc.Arbitrary<T>, maxLength: number) =>
  fc.uniqueArray(one, { maxLength, selector: ({ eventId }) => eventId });

const facts: fc.Arbitrary<GateFacts> = fc.record({
  isParked: seldom,
  subject: fc.option(
    fc.record({
      audience: fc.constantFrom('consumer', ...audiences),
      collection: fc.constantFrom('direct', 'indirect'),
      registeredAt: fc.option(early, { freq: 9 }),
      isErased: seldom,
    }),
    { nil: undefined, freq: 9 },
  ),
  contactPoints: fc.constantFrom('Europe/Paris', 'Indian/Reunion', 'No/Where', null).chain((timeZone) =>
    fc.subarray(
      ['email', 'phone', 'postal-address'].map((kind) => ({
        contactPointId: kind === 'postal-address' ? 'post' : kind,
        ...{ kind, use: 'published-professional', timeZone, state: 'active' },
      })),
      { minLength: 2 },
    ),
  ),
  consents: unique(consent, 4),
  nos: fc.oneof(fc.constant([]), unique(no, 3)),
  restrictions: fc.array(
    fc.record({
      ...place,
      purposeIds: fc.constantFrom('all' as const, [PURPOSE], ['other']),
      state: seldom.map((stands) => (stands ? 'standing' : 'lifted')),
    }),
    { maxLength: 1 },
  ),
  relationships: unique(relationship, 4),
  solicitations: unique(solicitation, 6),
  informed: unique(informed, 2),
});

const purpose = fc.oneof(
  {
    weight: 15,
    arbitrary: fc
      .record({
        sector: fc.constantFrom('normal', 'normal', 'normal', ...sectors, 'service'),
        basis: fc.constantFrom(undefined, undefined, 'consent', 'contract', 'public-task'),
        narrow: seldom,
      })
      .map(({ sector, basis, narrow }) => {
        const all = purposeOf(sector, basis);
        const some = { ...all.variants[0]!, relations: relations.slice(0, 3) };
        return narrow ? { ...all, channels: channels.slice(0, 5), variants: [some] } : all;
      }),
  },
  { weight: 1, arbitrary: fc.constant(undefined) },
);

const message = fc.record(
  {
    nature: fc.constantFrom(...messageNatures),
    goodsNature: fc.constantFrom('books', 'wine'),
    productCategory: fc.constantFrom('books', 'wine'),
    goods: fc.constantFrom(...goods),
    relatedToProfession: fc.boolean(),
    strictlyProfessional: fc.boolean(),
    shows: fc.subarray([...evidences], { minLength: 4 }),
  },
  { requiredKeys: [] },
);

const question = fc.record({
  purposeId: fc.constant(PURPOSE),
  ...{ channel, at: instant, message },
  controllerId: fc.option(controllerId, { nil: undefined, freq: 1 }),
  contactPointId: fc.option(fc.constantFrom('email', 'phone'), { nil: undefined, freq: 1 }),
  recipientId: fc.option(fc.constantFrom('named', 'unnamed'), { nil: undefined, freq: 1 }),
});

const input: fc.Arbitrary<GateInput> = fc
  .record({ facts, purpose, question })
  .map(({ question: asked, ...one }) => ({
    ...{ ...one, policy: theirPolicy, isPublicHoliday: isHoliday },
    question: defined(asked),
  }));

const RUNS = { numRuns: 2000 };

describe('every answer of the gate', () => {
  it('is a yes without a reason, or a no with reasons, in their order', () => {
    let yes = 0;
    fc.assert(
      fc.property(input, (one) => {
        const { permitted, reasons } = decide(one);
        if (permitted) yes += 1;
        expect(permitted).toBe(reasons.length === 0);
        const places = reasons.map(({ code }) => reasonCodes.indexOf(code));
        expect(places).toEqual([...places].sort((a, b) => a - b));
      }),
      RUNS,
    );
    // Otherwise the properties below would say nothing.
    expect(yes).toBeGreaterThan(RUNS.numRuns / 20);
  });

  it('never becomes a yes by one more "no"', () => {
    fc.assert(
      fc.property(input, no, (one, more) => {
        const after = decide({ ...one, facts: { ...one.facts, nos: [...one.facts.nos, more] } });
        if (!decide(one).permitted) expect(after.permitted).toBe(false);
      }),
      RUNS,
    );
  });

  it('never becomes a yes because one more consent ended, nor rests on one that did', () => {
    fc.assert(
      fc.property(input, ending, fc.nat(), (one, more, n) => {
        const { consents } = one.facts;
        const end = (ended: number): GateFacts => ({
          ...one.facts,
          consents: consents.map((consent_, index) =>
            index === ended ? { ...consent_, endings: [...consent_.endings, more] } : consent_,
          ),
        });
        const before = decide(one);
        const after = decide({ ...one, facts: end(n % Math.max(consents.length, 1)) });
        if (!before.permitted) expect(after.permitted).toBe(false);
        const ended = consents.filter(({ endings }) => endings.length > 0).map(({ eventId }) => eventId);
        if (before.ground === 'consent') {
          expect(before.deciding.filter(({ eventId }) => ended.includes(eventId))).toEqual([]);
        }
      }),
      RUNS,
    );
  });

  it('never becomes a yes by a restriction, an erasure, an unreadable event or one more call', () => {
    fc.assert(
      fc.property(input, solicitation, (one, call) => {
        if (decide(one).permitted) return;
        const { subject, restrictions, solicitations } = one.facts;
        const standing = { eventId: 'r', revision: 0, purposeIds: 'all' as const, state: 'standing' };
        const worse: Partial<GateFacts>[] = [
          { isParked: true },
          { restrictions: [...restrictions, standing] },
          { subject: subject && { ...subject, isErased: true } },
          { subject: undefined },
          { solicitations: [...solicitations, { ...call, channel: 'phone-human' }] },
        ];
        for (const change of worse) {
          expect(decide({ ...one, facts: { ...one.facts, ...change } }).permitted).toBe(false);
        }
      }),
      RUNS,
    );
  });

  it('is a no for whoever restricted, is erased, cannot be read or is not known', () => {
    fc.assert(
      fc.property(input, (one) => {
        if (!decide(one).permitted) return;
        expect(one.facts).toMatchObject({ isParked: false, subject: { isErased: false } });
        expect(one.facts.subject?.registeredAt).not.toBeNull();
        expect(one.facts.restrictions.filter(isOnPurpose)).toEqual([]);
        expect(one.purpose).toBeDefined();
      }),
      RUNS,
    );
  });

  it('does not depend on the order in which the facts arrived', () => {
    fc.assert(
      fc.property(input, (one) => {
        const { facts: known } = one;
        const reversed = {
          ...known,
          consents: [...known.consents].reverse(),
          nos: [...known.nos].reverse(),
          relationships: [...known.relationships].reverse(),
          solicitations: [...known.solicitations].reverse(),
          contactPoints: [...known.contactPoints].reverse(),
        };
        expect(asSets(decide({ ...one, facts: reversed }))).toEqual(asSets(decide(one)));
      }),
      RUNS,
    );
  });

  it('that permits names an event, or rests on a rule that needs none', () => {
    fc.assert(
      fc.property(input, (one) => {
        const { permitted, ground, deciding } = decide(one);
        if (!permitted) return;
        const isFree = ['no-objection', 'requested-call-back', 'service-message'].includes(ground ?? '');
        expect(isFree || deciding.length > 0).toBe(true);
      }),
      RUNS,
    );
  });

  it('that permits holds until the instant it names', () => {
    fc.assert(
      fc.property(input, fc.double({ min: 0, max: 0.999, noNaN: true }), (one, part) => {
        const { permitted, validUntil } = decide(one);
        if (!permitted) return;
        const begin = Date.parse(one.question.at);
        const end = validUntil === undefined ? begin + 4000 * DAY_MS : Date.parse(validUntil);
        expect(end).toBeGreaterThan(begin);
        const at = new Date(Math.floor(begin + (end - begin) * part)).toISOString();
        expect(decide({ ...one, question: { ...one.question, at } })).toMatchObject({ permitted: true });
      }),
      RUNS,
    );
  });

  it('before the first policy is that nobody knows the law of that day', () => {
    fc.assert(
      fc.property(input, (one) => {
        const decision = decide({ ...one, question: { ...one.question, at: '2018-05-24T21:59:59.999Z' } });
        expect(decision.reasons.map(({ code }) => code)).toEqual(['no-policy-for-date']);
      }),
      { numRuns: 100 },
    );
  });
});

function isOnPurpose({ purposeIds, state }: GateFacts['restrictions'][number]): boolean {
  return state !== 'lifted' && (purposeIds === 'all' || purposeIds.includes(PURPOSE));
}

/** Without the order of the events that decide together. */
function asSets(decision: ReturnType<typeof decide>): unknown {
  const sorted = (events: typeof decision.deciding) =>
    [...events].sort((a, b) => (a.eventId < b.eventId ? -1 : 1));
  return {
    ...decision,
    deciding: sorted(decision.deciding),
    reasons: decision.reasons.map((reason) => ({ ...reason, deciding: sorted(reason.deciding) })),
  };
}
