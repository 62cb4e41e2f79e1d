import { decide, publishedPolicy, type GateFacts, type GateInput } from '#permission';
import { line, report, summary } from './rounds.js';

const ROUNDS = 9;
const DECISIONS = 200_000;
const DAY_MS = 86_400_000;
const CONTROLLER = '5b0c8c57-5c3e-4c3a-9a5e-2f5f0f4a3c11';
const PURPOSE = '0f3a7f0e-3a33-4d43-8f0f-5b7a1f6f2d22';
/** So few that what is known of them stays in the processor's cache, as it does of people whose rows were just read. */
const FEW = 20;
/** So many that the memory is waited for. */
const MANY = 1000;

/**
 * gate: decisions a second on one core, of people with a history each: three contact points, three consents, up to two
 * "no"s, two sales and three calls; four questions in turn, by e-mail, text message, letter and telephone. Of few people
 * it is the gate that is measured, of many the way to the memory too.
 */
export async function benchGate(): Promise<void> {
  const published = publishedPolicy();
  if (published === undefined) throw new Error('No policy is published');
  const about = (people: number): readonly GateInput[] =>
    questionsAbout(
      Array.from({ length: people }, (_, index) => factsOf(index)),
      published.policy,
    );
  const [few, many] = [about(FEW), about(MANY)];
  const rates: Record<'few' | 'many', number[]> = { few: [], many: [] };
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const [name, inputs] of [['few', few] as const, ['many', many] as const]) {
      const rate = thousandsASecond(inputs);
      // The first round warms up.
      if (round > 0) rates[name].push(rate);
      await new Promise(setImmediate);
    }
  }
  const share = (100 * many.filter((input) => decide(input).permitted).length) / many.length;
  report(
    'gate · decisions of the pure gate on one core',
    [
      line(`${String(FEW)} people in turn`, summary(rates.few), 'thousand a second'),
      line(`${String(MANY)} people in turn`, summary(rates.many), 'thousand a second'),
    ],
    `Goal: ≥ 200. By processor time, so that other work on the machine counts less; ${share.toFixed(0)} % permitted.`,
  );
}

function thousandsASecond(inputs: readonly GateInput[]): number {
  const begun = process.cpuUsage();
  let permitted = 0;
  for (let i = 0; i < DECISIONS; i += 1) {
    if (decide(inputs[i % inputs.length] as GateInput).permitted) permitted += 1;
  }
  const { user, system } = process.cpuUsage(begun);
  if (permitted === 0) throw new Error('Nobody may be contacted');
  return DECISIONS / ((user + system) / 1e6) / 1000;
}

function questionsAbout(people: readonly GateFacts[], policy: GateInput['policy']): readonly GateInput[] {
  const channels = ['email', 'sms-mms', 'post', 'phone-human'] as const;
  return people.flatMap((facts, index) =>
    channels.map((channel) => ({
      facts,
      policy,
      purpose: newsletter,
      question: {
        ...{ purposeId: PURPOSE, channel, message: {} },
        at: new Date(Date.parse('2026-11-20T10:00:00.000Z') + index * 1000).toISOString(),
      },
      isPublicHoliday: (day) => day === '2026-11-11',
    })),
  );
}

const newsletter: NonNullable<GateInput['purpose']> = {
  ...{ purposeId: PURPOSE, controllerId: CONTROLLER, kind: 'prospecting', sector: 'normal' },
  channels: ['email', 'sms-mms', 'post', 'phone-human'],
  variants: [
    {
      variantId: 'everybody',
      audiences: ['consumer'],
      relations: ['none', 'account-only', 'customer-similar', 'customer-other', 'former-customer'],
      lawfulBasis: 'legitimate-interests',
    },
  ],
  productCategories: ['books'],
};

function factsOf(index: number): GateFacts {
  const ago = (days: number) =>
    new Date(Date.parse('2026-11-20T09:00:00.000Z') - (days + (index % 50)) * DAY_MS).toISOString();
  const points = ['email', 'phone', 'postal-address'].map((kind) => ({
    ...{ contactPointId: `${kind}-${String(index)}`, kind, use: 'personal', timeZone: 'Europe/Paris' },
    state: 'active',
  }));
  const place = (revision: number) => ({ eventId: `${String(index)}-${String(revision)}`, revision });
  return {
    isParked: false,
    subject: { audience: 'consumer', collection: 'direct', registeredAt: ago(300), isErased: false },
    contactPoints: points,
    consents: (['email', 'email', 'phone-human'] as const).map((channel, n) => ({
      ...{ ...place(n), consentId: `${String(index)}-${String(n)}`, purposeId: PURPOSE, channel },
      ...{ controllerId: CONTROLLER, contactPointIds: points.map(({ contactPointId }) => contactPointId) },
      ...{ givenAt: ago(200 - n * 50), validUntil: ago(-100), grade: 'strong', goodsNature: ['books'] },
      ...{ namedRecipientIds: [], acceptedSlots: [], age: 'adult', hasParentalConsent: false },
      ...{ endings: [], staleFrom: null },
    })),
    nos: Array.from({ length: index % 3 }, (_, n) => ({
      ...{ ...place(10 + n), kind: 'withdrawn' as const, purposeId: n === 0 ? PURPOSE : 'all' },
      ...{ channel: 'email', controllerId: null, at: ago(180 - (index % 2) * 100) },
    })),
    restrictions: [],
    relationships: ['books', 'wine'].map((category, n) => ({
      ...{ ...place(20 + n), controllerId: CONTROLLER, kind: 'sale', productCategories: [category] },
      contractId: null,
      contactCollection: {
        direct: true,
        contactPointIds: points.map(({ contactPointId }) => contactPointId),
        objectionOffered: index % 4 !== 0,
      },
      at: ago(100 + n),
    })),
    solicitations: Array.from({ length: 3 }, (_, n) => ({
      ...{
        ...place(30 + n),
        attemptId: `${String(index)}-${String(n)}`,
        controllerId: CONTROLLER,
        channel: 'phone-human',
        state: 'made',
      },
      ...{ outcome: 'answered', at: ago(n * 5), expiresAt: null },
    })),
    informed: [{ ...place(40), controllerId: CONTROLLER, article: 'art-13', at: ago(90) }],
  };
}
