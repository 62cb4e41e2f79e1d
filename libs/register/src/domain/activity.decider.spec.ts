import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { specificationOf } from '#testing';
import type { ProcessingActivityData } from '../contract.js';
import { exampleActivity, exampleActivityId, exampleControllerId, examplePurposeId } from '../examples.js';
import { activityDecider, type ActivityCommand, type ActivityEvent } from './activity.decider.js';
import { expectSoundDecider, instants, metadata } from './decider.harness.js';

const { given } = specificationOf(activityDecider);
const activity: ProcessingActivityData = { ...exampleActivity, activityId: exampleActivityId };
const JANUARY = '2026-01-15T09:00:00.000Z';
const MARCH = '2026-03-15T09:00:00.000Z';
const facts = { knownControllers: [exampleControllerId], knownPurposes: [examplePurposeId] };

const record = (changes: Partial<ProcessingActivityData> = {}, occurredAt = JANUARY): ActivityCommand => ({
  type: 'RecordProcessingActivity',
  data: { activity: { ...activity, ...changes }, occurredAt, facts },
  metadata,
});
const revise = (changes: Partial<ProcessingActivityData>, occurredAt = MARCH): ActivityCommand => ({
  ...(record(changes, occurredAt) as Extract<ActivityCommand, { type: 'RecordProcessingActivity' }>),
  type: 'ReviseProcessingActivity',
});
const ending = {
  activityId: activity.activityId,
  reason: 'ended',
  endedOn: '2026-03-01',
  occurredAt: MARCH,
} as const;
const retire = (changes: { endedOn?: string; occurredAt?: string } = {}): ActivityCommand => ({
  type: 'RetireProcessingActivity',
  data: { ...ending, ...changes },
  metadata,
});
const recorded: ActivityEvent = {
  type: 'ProcessingActivityRecorded',
  data: { ...activity, occurredAt: JANUARY },
};
const retired: ActivityEvent = { type: 'ProcessingActivityRetired', data: ending };
const renamed = { name: 'Prospection et fidélité' };
const revised: ActivityEvent = {
  type: 'ProcessingActivityRevised',
  data: { ...activity, ...renamed, occurredAt: MARCH },
};

describe('a line of the register', () => {
  it('is recorded once under its reference', () => {
    given().when(record()).then(recorded);
    given(recorded).when(record()).thenNothing();
    given(recorded).when(record(renamed)).thenRejected('code-already-used');
    given(recorded, retired).when(record()).thenRejected('code-already-used');
  });

  it('may be incomplete', () => {
    const bare = { recipients: [], dataCategories: [], subjectCategories: [], securityMeasures: [] };
    given()
      .when(record(bare))
      .then({ type: 'ProcessingActivityRecorded', data: { ...activity, ...bare, occurredAt: JANUARY } });
  });

  it('is revised whole, and keeps its reference', () => {
    given(recorded).when(revise(renamed)).then(revised);
    given(recorded, revised).when(revise(renamed)).thenNothing();
    given(recorded)
      .when(revise({ reference: 'other' }))
      .thenRejected('code-already-used');
    given().when(revise(renamed)).thenRejected('processing-activity-unknown');
    given(recorded, retired).when(revise(renamed)).thenRejected('processing-activity-retired');
  });

  it('is marked as ended once, and not ahead', () => {
    given(recorded).when(retire()).then(retired);
    given(recorded, retired)
      .when(retire({ endedOn: '2026-02-01' }))
      .thenNothing();
    given().when(retire()).thenRejected('processing-activity-unknown');
    const today: ActivityEvent = {
      type: 'ProcessingActivityRetired',
      data: { ...ending, endedOn: '2026-11-21' },
    };
    given(recorded)
      .when(retire({ endedOn: '2026-11-21' }))
      .then(today);
    given(recorded)
      .when(retire({ endedOn: '2026-11-22' }))
      .thenRejected('occurred-in-the-future');
    given(recorded)
      .when(retire({ occurredAt: '2026-11-22T00:00:00.000Z' }))
      .thenRejected('occurred-in-the-future');
  });

  it('names what the ledger knows', () => {
    const stranger = '9d3b6c2a-7f41-4a58-8e6d-0c1b2a3d4e5f';
    given()
      .when(record({ controllerId: stranger }))
      .thenRejected('controller-unknown');
    given()
      .when(record({ jointControllerIds: [stranger] }))
      .thenRejected('controller-unknown');
    given()
      .when(record({ purposeIds: [examplePurposeId, stranger] }))
      .thenRejected('purpose-unknown');
  });

  it.each([
    'racial-ethnic',
    'political',
    'religious-philosophical',
    'trade-union',
    'genetic',
    'biometric-id',
    'health',
    'sex-life-orientation',
    'criminal',
  ] as const)('holds %s by exception only', (category) => {
    const line = { category, description: 'Fiche santé au travail' };
    given()
      .when(record({ dataCategories: [line] }))
      .thenRejected('special-category-refused');
    given()
      .when(record({ dataCategories: [{ ...line, exception: '  ' }] }))
      .thenRejected('special-category-refused');
    const dataCategories = [{ ...line, exception: 'Art. 9(2)(b), médecine du travail' }];
    given()
      .when(record({ dataCategories }))
      .then({
        type: 'ProcessingActivityRecorded',
        data: { ...activity, dataCategories, occurredAt: JANUARY },
      });
  });

  it('holds the national id by exception only', () => {
    const line = { category: 'national-id' as const, description: 'NIR pour la paie' };
    given()
      .when(record({ dataCategories: [line] }))
      .thenRejected('national-id-refused');
    const dataCategories = [{ ...line, exception: 'Décret 2019-341, art. 2, paie' }];
    given()
      .when(record({ dataCategories }))
      .then({
        type: 'ProcessingActivityRecorded',
        data: { ...activity, dataCategories, occurredAt: JANUARY },
      });
  });

  it('names nobody', () => {
    given()
      .when(record({ dataSource: 'Fichier de camille.durand@x.example' }))
      .thenRejected('personal-data-in-text');
    const recipients = [{ type: 'other' as const, precision: 'Virement FR76 3000 6000 0112 3456 7890 189' }];
    given().when(record({ recipients })).thenRejected('personal-data-in-text');
  });

  it('adds nothing twice and folds any order', () => {
    const descriptions = fc
      .tuple(
        fc.constantFrom(record, revise),
        fc.constantFrom({}, renamed, { reference: 'other' }, { recipients: [] }),
        instants,
      )
      .map(([command, changes, at]) => command(changes, at));
    expectSoundDecider(
      activityDecider,
      fc.oneof(
        descriptions,
        instants.map((occurredAt) => retire({ occurredAt })),
      ),
    );
  });
});
