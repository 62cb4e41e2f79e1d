import { describe, expect, it } from '@jest/globals';
import type { ControllerData, ProcessingActivityData } from '../contract.js';
import { exampleActivity, exampleActivityId, exampleController, exampleControllerId } from '../examples.js';
import { isComplete, missingElements } from './missing-elements.js';

const controller: ControllerData = {
  ...exampleController,
  controllerId: exampleControllerId,
  dpoActorId: '0d9a6f0e-3c54-4f7b-8f6c-1b2a3c4d5e6f',
};
const complete: ProcessingActivityData = { ...exampleActivity, activityId: exampleActivityId };
const hosting: ProcessingActivityData = {
  activityId: '3d2c1b0a-9f8e-4d7c-8b6a-5f4e3d2c1b0a',
  reference: 'hebergement',
  role: 'processor',
  name: 'Hébergement de boutiques',
  controllerId: exampleControllerId,
  jointControllerIds: [],
  servedControllers: ['Atelier Vauban SARL'],
  mainPurpose: 'Hébergement',
  subPurposes: [],
  purposeIds: [],
  subjectCategories: [],
  dataCategories: [],
  recipients: [],
  transfers: [],
  securityMeasures: [{ type: 'backup', precision: 'Copie quotidienne' }],
};
const missing = (changes: object, of = complete, who: ControllerData | undefined = controller) =>
  missingElements({ ...of, ...changes }, who).map(({ element, article, pointer }) =>
    [element, article, pointer].filter((part) => part !== undefined).join(' '),
  );
const without = (name: string, of: object = complete): object =>
  Object.fromEntries(Object.entries(of).filter(([key]) => key !== name));

describe('what a line of the controller’s register lacks (Art. 30(1))', () => {
  it('is nothing when all is said', () => {
    expect(missing({})).toEqual([]);
  });

  it.each([
    ['controllerId', 'controller 30(1)(a) /controllerId'],
    ['subjectCategories', 'subject-categories 30(1)(c) /subjectCategories'],
    ['dataCategories', 'data-categories 30(1)(c) /dataCategories'],
    ['recipients', 'recipients 30(1)(d) /recipients'],
    ['securityMeasures', 'security-measures 30(1)(g) /securityMeasures'],
  ])('without %s', (field, expected) => {
    const emptied = field === 'controllerId' ? {} : { [field]: [] };
    const who = field === 'controllerId' ? undefined : controller;
    expect(
      missingElements({ ...complete, ...emptied }, who).map(({ element, article, pointer }) =>
        [element, article, pointer].join(' '),
      ),
    ).toEqual([expected]);
  });

  it('names purposes in its own words or by reference', () => {
    expect(missing({ purposeIds: [] })).toEqual([]);
    const wordless = without('mainPurpose') as ProcessingActivityData;
    expect(missing({}, wordless)).toEqual([]);
    expect(missing({ purposeIds: [] }, wordless)).toEqual(['purposes 30(1)(b) /mainPurpose']);
  });

  it('names each category of data without a time limit', () => {
    const dataCategories = [
      ...complete.dataCategories,
      { category: 'connection', description: 'Journaux' },
      { category: 'economic', description: 'Achats' },
    ];
    expect(missing({ dataCategories })).toEqual([
      'retention 30(1)(f) /dataCategories/1/retention',
      'retention 30(1)(f) /dataCategories/2/retention',
    ]);
  });

  it('sees a third country without a transfer, and a derogation without papers', () => {
    const recipients = [{ type: 'third-country', precision: 'Support technique' }];
    expect(missing({ recipients })).toEqual(['transfers 30(1)(e) /transfers']);
    const transfer = { recipient: 'Help Ltd', country: 'GB', safeguard: 'adequacy' };
    expect(missing({ recipients, transfers: [transfer] })).toEqual([]);
    expect(missing({ transfers: [transfer, { ...transfer, safeguard: 'art49' }] })).toEqual([
      'transfer-safeguards 30(1)(e) /transfers/1/documentUrl',
    ]);
    const documentUrl = 'https://www.maison-corbel.example/derogation';
    expect(missing({ transfers: [{ ...transfer, safeguard: 'art49', documentUrl }] })).toEqual([]);
  });

  it('looks at the organisation too', () => {
    const { address: _, contactUrl: __, ...unreachable } = controller;
    expect(missing({}, complete, unreachable)).toEqual(['controller-contact 30(1)(a)']);
    expect(missing({}, complete, { ...controller, country: 'CH' })).toEqual(['representative 30(1)(a)']);
    const representativeActorId = '7b6a5948-3726-4150-9f8e-7d6c5b4a3928';
    expect(missing({}, complete, { ...controller, country: 'CH', representativeActorId })).toEqual([]);
  });

  it('mentions a data protection officer without calling the line incomplete', () => {
    const { dpoActorId: _, ...none } = controller;
    const found = missingElements(complete, none);
    expect(found).toEqual([
      {
        element: 'data-protection-officer',
        article: '30(1)(a)',
        necessity: 'where-applicable',
        label: {
          fr: 'Délégué à la protection des données, s’il est désigné',
          en: 'Data protection officer, if one is designated',
        },
      },
    ]);
    expect(isComplete(found)).toBe(true);
    expect(isComplete(missingElements({ ...complete, securityMeasures: [] }, controller))).toBe(false);
  });
});

describe('what a line of the processor’s register lacks (Art. 30(2))', () => {
  it('is nothing when all is said', () => {
    expect(missing({}, hosting)).toEqual([]);
  });

  it('goes by its own letters', () => {
    const bare = without('mainPurpose', hosting) as ProcessingActivityData;
    expect(missing({ servedControllers: [], securityMeasures: [] }, bare)).toEqual([
      'served-controllers 30(2)(a) /servedControllers',
      'processing-categories 30(2)(b) /mainPurpose',
      'security-measures 30(2)(d) /securityMeasures',
    ]);
    const transfers = [{ recipient: 'Help Ltd', country: 'US', safeguard: 'art49' }];
    expect(missing({ transfers }, hosting)).toEqual([
      'transfer-safeguards 30(2)(c) /transfers/0/documentUrl',
    ]);
    expect(missingElements(hosting, undefined).map(({ element }) => element)).toEqual(['controller']);
  });
});
