import fc from 'fast-check';
import { audiences, channels, defined, sectors, startOfParisDay, type Instant } from '#kernel';
import { evidences, goods } from '../policy/vocabulary.js';
import type { Consent, GateFacts, GatePurpose, No, Relationship, Solicitation } from './facts.js';
import type { GateInput } from './gate-case.js';
import { CONTROLLER, isHoliday, PURPOSE, purposeOf, theirPolicy } from './gate.harness.js';
import { messageNatures } from './question.js';

/**
 * Any question about a person with any history, at instants at which clocks, calendars and the law turn, and with facts
 * that lie exactly as far back as a limit reaches, a day more and a day less, a millisecond more and less.
 */

const DAY_MS = 86_400_000;
const plus = (instant: Instant, days: number, ms = 0): Instant =>
  new Date(Date.parse(instant) + days * DAY_MS + ms).toISOString();

/** Days on which something turns: the law, summer time, the year, a leap day, a public holiday, a weekend. */
const TURNING_DAYS = [
  ...['2018-05-25', '2020-07-26', '2023-03-01', '2025-07-02', '2026-08-10', '2026-08-11', '2026-08-12'],
  ...['2024-02-29', '2028-02-29', '2026-03-29', '2026-10-25', '2026-12-31', '2027-01-01', '2026-11-11'],
  ...['2026-11-20', '2026-11-20', '2026-11-20', '2026-09-01', '2026-09-23', '2026-11-21', '2025-06-03'],
];
/** Minutes of the day in Paris at which calls begin and end there and overseas. */
const TURNING_MINUTES = [0, 7, 10, 11, 13, 14, 15, 16, 17, 20, 24].map((hours) => hours * 60);

const anyInstant: fc.Arbitrary<Instant> = fc
  .tuple(
    fc.constantFrom(...TURNING_DAYS),
    fc.oneof(fc.constantFrom(...TURNING_MINUTES), fc.integer({ min: 10 * 60, max: 17 * 60 })),
    fc.constantFrom(-1, 0, 1, 1, 1),
  )
  .map(([day, minutes, ms]) => plus(startOfParisDay(day), 0, minutes * 60_000 + ms))
  .filter((at) => at >= startOfParisDay('2018-05-25'));

/** What is generated is told of this instant and of a channel that is asked about, and moved to those of the question. */
const TOLD_OF: Instant = '2026-11-20T12:00:00.000Z';
const ASKED = 'the channel asked about';

/** The same at another instant and on the channel of a question: made once, not for each question anew. */
function moved<T>(told: T, at: Instant, channel: string): T {
  const days = Date.parse(at) - Date.parse(TOLD_OF);
  return JSON.parse(JSON.stringify(told), (_, value: unknown) => {
    if (value === ASKED) return channel;
    return typeof value === 'string' && INSTANT.test(value) ? plus(value, 0, days) : value;
  }) as T;
}
const INSTANT = /^\d{4}-\d\d-\d\dT/;

/** How far back facts lie, in days: the lengths that limits have, and one more and less. */
const REACHES = [
  ...[0, 0, 1, 2, 3, 5, 6, 7, 8, 28, 29, 30, 31, 59, 60, 61, 364, 365, 366],
  ...[1094, 1095, 1096, 1097],
];
const ago: fc.Arbitrary<Instant> = fc
  .tuple(fc.constantFrom(...REACHES), fc.constantFrom(0, 0, 0, -1))
  .map(([days, ms]) => plus(TOLD_OF, -days, ms));
const recently: fc.Arbitrary<Instant> = fc
  .constantFrom(0, 1, 2, 28, 29, 30, 31)
  .map((days) => plus(TOLD_OF, -days));
const ahead: fc.Arbitrary<Instant> = fc
  .tuple(fc.constantFrom(0, 0, 1, 5, 30, 200, 365, 400), fc.constantFrom(0, 1, 3_600_000))
  .map(([days, ms]) => plus(TOLD_OF, days, ms));

const place = { eventId: fc.uuid(), revision: fc.nat(20) };
const purposeId = fc.constantFrom(PURPOSE, PURPOSE, PURPOSE, 'other');
const controllerId = fc.constantFrom(CONTROLLER, CONTROLLER, CONTROLLER, 'sister');
const categories = fc.constantFrom(['books'], ['books'], ['wine'], ['books', 'wine'], []);
const pointIds = fc.constantFrom(['email', 'phone', 'post'], ['email', 'phone', 'post'], ['email'], []);
const seldom = fc.integer({ min: 0, max: 19 }).map((drawn) => drawn === 0);

const anyNo: fc.Arbitrary<No> = fc.record({
  ...place,
  kind: fc.constantFrom('refused', 'withdrawn', 'objected', 'objected-on-grounds', 'suppressed'),
  purposeId: fc.oneof(purposeId, fc.constantFrom('all', 'unknown')),
  channel: fc.constantFrom(ASKED, ASKED, 'all', 'fax'),
  controllerId: fc.constantFrom(null, null, CONTROLLER, 'sister'),
  at: fc.oneof(ago, ahead),
});

const anyConsent: fc.Arbitrary<Consent> = fc.record({
  ...place,
  consentId: fc.uuid(),
  ...{ purposeId, controllerId, contactPointIds: pointIds, givenAt: ago, goodsNature: categories },
  channel: fc.constantFrom(ASKED, ASKED, ASKED, 'fax'),
  validUntil: fc.option(ahead, { freq: 4 }),
  grade: fc.constantFrom('strong', 'strong', 'adequate', 'weak', 'undemonstrable'),
  namedRecipientIds: fc.subarray(['named']),
  acceptedSlots: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    fc.array(
      ahead.map((to) => ({ from: plus(to, 0, -7_200_000), to })),
      { maxLength: 2 },
    ),
  ),
  age: fc.constantFrom('adult', 'not-asserted', 'not-asserted', 'minor-15-or-over', 'under-15'),
  hasParentalConsent: fc.boolean(),
  staleFrom: fc.option(ahead, { freq: 1 }),
  endings: fc.oneof(
    { weight: 6, arbitrary: fc.constant([]) },
    fc.array(
      fc.record({
        ...place,
        state: fc.constantFrom('expired' as const, 'revoked' as const, 'invalidated' as const),
        at: ago,
      }),
      { maxLength: 2 },
    ),
  ),
});

const anyRelationship: fc.Arbitrary<Relationship> = fc.record({
  ...place,
  ...{ controllerId, productCategories: categories, at: ago },
  contractId: fc.constantFrom('one', 'two'),
  kind: fc.constantFrom(
    ...['sale', 'account-opened', 'contract-started', 'contract-started', 'contract-ended'],
    ...['inbound', 'call-back-requested', 'call-back-requested'],
  ),
  contactCollection: fc.option(
    fc.record({ direct: fc.boolean(), contactPointIds: pointIds, objectionOffered: fc.boolean() }),
    { freq: 3 },
  ),
});

const anyCall: fc.Arbitrary<Solicitation> = fc.record({
  ...place,
  attemptId: fc.uuid(),
  ...{ controllerId, at: recently, expiresAt: fc.option(ahead) },
  channel: fc.constantFrom('phone-human', 'autodialer', 'email'),
  state: fc.constantFrom('reserved', 'released', 'made', 'made', 'made'),
  outcome: fc.constantFrom('answered', 'no-answer', 'busy', 'refused', null),
});

const unique = <T extends { readonly eventId: string }>(one: fc.Arbitrary<T>, maxLength: number) =>
  fc.uniqueArray(one, { maxLength, selector: ({ eventId }) => eventId });

const zone = fc.constantFrom('Europe/Paris', 'Europe/Paris', 'Indian/Reunion', 'No/Where', null);
const anyFacts: fc.Arbitrary<GateFacts> = fc.record({
  isParked: seldom,
  subject: fc.option(
    fc.record({
      audience: fc.constantFrom('consumer', 'consumer', ...audiences),
      collection: fc.constantFrom('direct', 'direct', 'indirect'),
      registeredAt: fc.option(ago, { freq: 19 }),
      isErased: seldom,
    }),
    { nil: undefined, freq: 19 },
  ),
  contactPoints: fc
    .tuple(zone, fc.constantFrom('personal', 'published-professional'), fc.boolean())
    .map(([timeZone, use, isAnother]) =>
      ['email', 'phone', 'post', ...(isAnother ? ['another'] : [])].map((contactPointId) => ({
        ...{ contactPointId, use, timeZone, state: contactPointId === 'another' ? 'replaced' : 'active' },
        kind: { post: 'postal-address', another: 'email' }[contactPointId] ?? contactPointId,
      })),
    ),
  consents: unique(anyConsent, 3),
  nos: fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, unique(anyNo, 2)),
  restrictions: fc.array(
    fc.record({
      ...place,
      purposeIds: fc.constantFrom('all' as const, [PURPOSE], ['other']),
      state: fc.constantFrom('lifted', 'lifted', 'lifted', 'standing', 'lift-notified'),
    }),
    { maxLength: 1 },
  ),
  relationships: unique(anyRelationship, 4),
  solicitations: unique(anyCall, 5),
  informed: unique(
    fc.record({ ...place, controllerId, article: fc.constantFrom('art-13', 'art-14'), at: ago }),
    2,
  ),
});

const anyPurpose: fc.Arbitrary<GatePurpose> = fc
  .record({
    sector: fc.constantFrom('normal', 'normal', 'housing-energy-adapt', ...sectors, 'service'),
    basis: fc.constantFrom(undefined, undefined, 'legitimate-interests', 'consent', 'public-task'),
  })
  .map(({ sector, basis }) => purposeOf(sector, basis));

const anyMessage = fc.record(
  {
    nature: fc.constantFrom(...messageNatures),
    goodsNature: fc.constantFrom('books', 'wine'),
    productCategory: fc.constantFrom('books', 'wine'),
    goods: fc.constantFrom(...goods),
    relatedToProfession: fc.boolean(),
    strictlyProfessional: fc.boolean(),
    shows: fc.subarray([...evidences], { minLength: 2 }),
  },
  { requiredKeys: [] },
);

const anyChannel = fc.constantFrom(
  ...(['phone-human', 'phone-human', 'phone-human', 'autodialer', 'email', 'email', 'sms-mms'] as const),
  ...channels,
);

const anyRecipient = fc.option(fc.constantFrom('named', 'unnamed'), { nil: undefined, freq: 1 });

const anyAsked = fc.record({
  ...{ at: anyInstant, channel: anyChannel, message: anyMessage, recipientId: anyRecipient },
  ...{ facts: anyFacts, purpose: anyPurpose },
  more: fc.record({ no: anyNo, call: anyCall, consent: anyConsent }),
});

/** A question, and something more that may be known of the person. */
export interface AnyQuestion {
  readonly input: GateInput;
  readonly more: {
    readonly no: No;
    readonly call: Solicitation;
    readonly consent: Consent;
  };
}

/** Any question about anybody, by the published policy. */
export const anyQuestion: fc.Arbitrary<AnyQuestion> = anyAsked.map(
  ({ at, channel, message, recipientId, facts, purpose, more }) => ({
    input: {
      facts: moved(facts, at, channel),
      question: defined({ purposeId: PURPOSE, channel, at, message, recipientId }),
      ...{ purpose, policy: theirPolicy, isPublicHoliday: isHoliday },
    },
    more: moved(more, at, channel),
  }),
);
