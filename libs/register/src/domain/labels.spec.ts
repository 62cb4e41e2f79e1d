import { describe, expect, it } from '@jest/globals';
import { lawfulBases } from '#kernel';
import {
  activityEndings,
  dataCategories,
  purposeKinds,
  recipientTypes,
  registerRoles,
  securityMeasureTypes,
  subjectCategories,
  transferSafeguards,
} from '../contract.js';
import { registerVocabulary } from './labels.js';

const codes: Readonly<Record<keyof typeof registerVocabulary, readonly string[]>> = {
  roles: registerRoles,
  lawfulBases,
  purposeKinds,
  subjectCategories,
  dataCategories,
  recipientTypes,
  transferSafeguards,
  securityMeasureTypes,
  activityEndings,
};

describe('the labels of the register', () => {
  it.each(Object.entries(registerVocabulary))(
    'name each code of %s in French and English',
    (name, labels) => {
      expect(Object.keys(labels)).toEqual(codes[name as keyof typeof codes]);
      for (const { fr, en } of Object.values(labels)) {
        expect(fr.trim()).not.toBe('');
        expect(en.trim()).not.toBe('');
      }
      const french = Object.values(labels).map(({ fr }) => fr);
      expect(new Set(french).size).toBe(french.length);
    },
  );
});
