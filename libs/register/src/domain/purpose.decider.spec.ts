import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { audiences, fold, relations } from '#kernel';
import { specificationOf } from '#testing';
import type { PurposeData, PurposeVariant } from '../contract.js';
import { examplePurpose, examplePurposeId } from '../examples.js';
import { expectSoundDecider, instants, metadata, NOW } from './decider.harness.js';
import { standingDescription } from './described.js';
import { purposeDecider, type PurposeCommand, type PurposeEvent } from './purpose.decider.js';
import { requireOneBasisEach } from './purpose-rules.js';

const { given } = specificationOf(purposeDecider);
const purpose: PurposeData = { ...examplePurpose, purposeId: examplePurposeId };
const [strangers, customers] = purpose.variants as [PurposeVariant, PurposeVariant];
const JANUARY = '2026-01-15T09:00:00.000Z';
const MARCH = '2026-03-15T09:00:00.000Z';

interface Said {
  readonly occurredAt?: string;
  readonly controllerKnown?: boolean;
}
const proposal = (changes: Partial<PurposeData>, { occurredAt = JANUARY, controllerKnown = true }: Said) => ({
  data: { purpose: { ...purpose, ...changes }, occurredAt, controllerKnown },
  metadata,
});
const declare = (changes: Partial<PurposeData> = {}, said: Said = {}): PurposeCommand => ({
  type: 'DeclarePurpose',
  ...proposal(changes, said),
});
const revise = (changes: Partial<PurposeData>, said: Said = { occurredAt: MARCH }): PurposeCommand => ({
  type: 'RevisePurpose',
  ...proposal(changes, said),
});
const ending = { purposeId: purpose.purposeId, reason: 'ended', occurredAt: MARCH } as const;
const retire: PurposeCommand = { type: 'RetirePurpose', data: ending, metadata };
const declared: PurposeEvent = { type: 'PurposeDeclared', data: { ...purpose, occurredAt: JANUARY } };
const retired: PurposeEvent = { type: 'PurposeRetired', data: ending };
const renamed = { name: { fr: 'Lettre du linge' } };
const revised: PurposeEvent = { type: 'PurposeRevised', data: { ...purpose, ...renamed, occurredAt: MARCH } };

describe('a purpose', () => {
  it('is declared once under its code', () => {
    given().when(declare()).then(declared);
    given(declared).when(declare()).thenNothing();
    given(declared).when(declare(renamed)).thenRejected('code-already-used');
    given(declared, retired).when(declare()).thenRejected('code-already-used');
  });

  it('is revised whole, and keeps its code', () => {
    given(declared).when(revise(renamed)).then(revised);
    given(declared, revised).when(revise(renamed)).thenNothing();
    given(declared)
      .when(revise({ code: 'other' }))
      .thenRejected('code-already-used');
    given().when(revise(renamed)).thenRejected('purpose-unknown');
    given(declared, retired).when(revise(renamed)).thenRejected('purpose-retired');
  });

  it('is retired once', () => {
    given(declared).when(retire).then(retired);
    given(declared, retired).when(retire).thenNothing();
    given().when(retire).thenRejected('purpose-unknown');
  });

  it('belongs to a declared data controller, and is no matter of the future', () => {
    given()
      .when(declare({}, { controllerKnown: false }))
      .thenRejected('controller-unknown');
    given()
      .when(declare({}, { occurredAt: '2026-11-21T18:00:00.001Z' }))
      .thenRejected('occurred-in-the-future');
    given(declared)
      .when({ ...retire, data: { ...ending, occurredAt: '2027-01-01T00:00:00.000Z' } })
      .thenRejected('occurred-in-the-future');
  });

  it('names nobody in its texts', () => {
    const description = { fr: 'Voir Camille au 06 12 34 56 78' };
    given().when(declare({ description })).thenRejected('personal-data-in-text');
  });
});

describe('the lawful basis of a purpose', () => {
  it('is one per audience and relation', () => {
    const overlap = { ...customers, relations: ['none' as const] };
    given()
      .when(declare({ variants: [strangers, overlap] }))
      .thenRejected('purpose-variants-overlap');
    const elsewhere = { ...overlap, audiences: ['pro-named' as const] };
    given()
      .when(declare({ variants: [strangers, elsewhere] }))
      .then({
        type: 'PurposeDeclared',
        data: { ...purpose, variants: [strangers, elsewhere], occurredAt: JANUARY },
      });
  });

  it('is one per variant id', () => {
    const twin = { ...customers, variantId: strangers.variantId };
    given()
      .when(declare({ variants: [strangers, twin] }))
      .thenRejected('code-already-used');
  });

  it('needs an assessment where it is a legitimate interest', () => {
    const { assessment: _, ...bare } = customers;
    given()
      .when(declare({ variants: [strangers, bare] }))
      .thenRejected('assessment-missing');
  });

  it.each([
    ['prospecting', 'contract'],
    ['prospecting', 'legal-obligation'],
    ['email-open-tracking', 'legitimate-interests'],
  ] as const)('of a %s purpose is not %s', (kind, lawfulBasis) => {
    const variants = [{ ...customers, lawfulBasis }];
    given()
      .when(declare({ kind, variants, dataNeeded: ['email', 'phone'] }))
      .thenRejected('basis-not-possible');
  });

  it('is exactly one wherever the rule lets a family of variants pass', () => {
    const variant = fc.record({
      audiences: fc.uniqueArray(fc.constantFrom(...audiences), { minLength: 1, maxLength: 2 }),
      relations: fc.uniqueArray(fc.constantFrom(...relations), { minLength: 1, maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(variant, { minLength: 1, maxLength: 6 }), (places) => {
        const variants = places.map((place, index) => ({
          ...strangers,
          ...place,
          variantId: `v${String(index)}`,
        }));
        let accepted = true;
        try {
          requireOneBasisEach({ kind: 'prospecting', variants });
        } catch {
          accepted = false;
        }
        const counts = audiences.flatMap((audience) =>
          relations.map(
            (relation) =>
              variants.filter((v) => v.audiences.includes(audience) && v.relations.includes(relation)).length,
          ),
        );
        expect(accepted).toBe(counts.every((count) => count <= 1));
      }),
    );
  });
});

describe('the data a purpose needs', () => {
  it('covers its channels', () => {
    given()
      .when(declare({ dataNeeded: ['email', 'name'] }))
      .thenRejected('channel-not-offered');
    given()
      .when(declare({ channels: ['email', 'post'] }))
      .thenRejected('channel-not-offered');
  });

  it('is no more than its channels use, where the purpose is to reach people', () => {
    given()
      .when(declare({ channels: ['email'] }))
      .thenRejected('data-not-needed');
    const invoice = {
      kind: 'legal' as const,
      channels: [],
      dataNeeded: ['name' as const, 'postal-address' as const],
      variants: [{ ...strangers, lawfulBasis: 'legal-obligation' as const }],
    };
    given()
      .when(declare(invoice))
      .then({ type: 'PurposeDeclared', data: { ...purpose, ...invoice, occurredAt: JANUARY } });
  });

  it('is nothing for push messages', () => {
    const push = { channels: ['push' as const], dataNeeded: [] };
    given()
      .when(declare(push))
      .then({ type: 'PurposeDeclared', data: { ...purpose, ...push, occurredAt: JANUARY } });
  });
});

const commands = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(declare, revise),
      fc.constantFrom({}, renamed, { code: 'other' }, { variants: [strangers] }, { channels: [] }),
      fc.record({ occurredAt: instants, controllerKnown: fc.constantFrom(true, true, false) }),
    )
    .map(([command, changes, said]) => command(changes, said)),
  instants.map((occurredAt): PurposeCommand => ({ ...retire, data: { ...ending, occurredAt } })),
);

describe('the decider of purposes', () => {
  it('adds nothing twice and folds any order', () => {
    expectSoundDecider(purposeDecider, commands);
  });

  it('lets a late revision describe its own time only', () => {
    const february: PurposeEvent = {
      type: 'PurposeRevised',
      data: { ...purpose, name: { fr: 'Février' }, occurredAt: '2026-02-01T00:00:00.000Z' },
    };
    const { descriptions } = fold(purposeDecider, [declared, revised, february]);
    expect(standingDescription(descriptions, NOW)?.name).toEqual(renamed.name);
    expect(standingDescription(descriptions, '2026-02-10T00:00:00.000Z')?.name).toEqual({ fr: 'Février' });
  });
});
