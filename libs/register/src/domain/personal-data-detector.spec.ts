import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Rejection } from '#kernel';
import { isIban, isNir, passesLuhn } from './check-digits.js';
import { findPersonalData, refusePersonalData, type PersonalDataKind } from './personal-data-detector.js';

const NBSP = '\u00a0';

/** Values that belong to a person or lead to one. The numbers are the published examples of their standards. */
const personal: readonly (readonly [PersonalDataKind, string])[] = [
  ['email', 'Écrire à camille.durand@maison-corbel.example pour toute question.'],
  ['email', 'mailto:camille@corbel.example'],
  ['email', '<Camille_D+news@mail.corbel.example>'],
  ['email', 'https://corbel.example/desinscription?e=camille@corbel.example'],
  ['email', 'contact.camille@corbel.example'],
  ['email', 'élodie@corbel.example'],
  ['phone', 'Appelez le 06 12 34 56 78.'],
  ['phone', 'Appelez le 06 12 34 56 78 24h/24'],
  ['phone', 'Tél.06.12.34.56.78'],
  ['phone', '06-12-34-56-78'],
  ['phone', '06/12/34/56/78'],
  ['phone', `06${NBSP}12${NBSP}34${NBSP}56${NBSP}78`],
  ['phone', 'tel:0612345678'],
  ['phone', 'ligne directe 0612 345 678'],
  ['phone', 'fixe : 01 23 45 67 89'],
  ['phone', '+33 6 12 34 56 78'],
  ['phone', '+33 (0)6 12 34 56 78'],
  ['phone', '+33612345678 24h/24'],
  ['phone', '0033 6 12 34 56 78'],
  ['phone', '+44 20 7946 0958'],
  ['phone', '+1 (555) 010-1234'],
  ['phone', '+351 912 345 678'],
  ['iban', 'FR76 3000 6000 0112 3456 7890 189'],
  ['iban', 'Virement sur FR7630006000011234567890189 avant le 5'],
  ['iban', 'fr76 30006 00001 12345678901 89 merci'],
  ['iban', 'DE89 3704 0044 0532 0130 00'],
  ['iban', 'GB29 NWBK 6016 1331 9268 19'],
  ['iban', 'MT84 MALT 0110 0001 2345 MTLC AST0 01S'],
  ['nir', '2 69 05 49 588 157 80'],
  ['nir', '269054958815780'],
  ['nir', 'assurée n° 2-69-05-49-588-157-80.'],
  ['card', '4111 1111 1111 1111'],
  ['card', '4111111111111111'],
  ['card', '5555-5555-5555-4444'],
  ['card', '3782 822463 10005'],
];

/** What the texts of a register are full of. */
const harmless: readonly string[] = [
  'contact@corbel.example',
  'Délégué à la protection des données : dpo@maison-corbel.example',
  'rgpd-fr@corbel.example, service.clients@corbel.example, no-reply@corbel.example, données@corbel.example',
  '@corbel sur les réseaux',
  'Maison Corbel SAS, SIREN 732 829 320, SIRET 732 829 320 00074, RCS Paris 732829320',
  'TVA intracommunautaire FR44 732 829 320 et la suite',
  'TVA FR44732829320 and the company is registered in Paris since 2019',
  'Capital de 1 234 567,89 €, hausse de +12 345 678 900 € en 2026',
  'Décret n° 2026-662 du 23 juillet 2026 (JORFTEXT000054483939), art. R.223-1 à R.223-4',
  'Règlement (UE) 2016/679, art. 6(1)(f), 13-14, 30 ; délibération 2020-092',
  'Du 01.02.2026 12:30 au 01/03/2026 14:00, puis 2026-08-11T10:00:00.000Z et 2026-08-11T10:00:00+02:00',
  'Conservation : 3 ans puis archivage 10 ans, soit jusqu’au 31-12-2036.',
  'Numéro vert 0 800 123 456, 0800 123 456, +33 800 123 456, ou le 3949',
  'Commande 2026-00012345, facture FA-2026-000123, lot 1234567890123',
  'ISBN 978-2-1234-5680-3, EAN 3760123456789',
  'CCT du 4 juin 2021, décision (UE) 2021/914, C(2021) 3972',
  '4111 1111 1111 1112',
  'FR76 3000 6000 0112 3456 7890 188',
  '2 69 05 49 588 157 81',
  'AES-256-GCM, SHA-256, TLS 1.3, RSA-4096, 10.20.30.40',
  '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '7c9e6679-7425-40de-944b-e07fc1f90ae7',
  '12 rue des Lilas, 75011 Paris Cedex 09, BP 01234',
  'environ 250 000 personnes, 12 à 24 mois, 99,9 %',
];

describe('the detector of personal data in governance texts', () => {
  it.each(personal)('finds %s in "%s"', (kind, text) => {
    expect(findPersonalData(text)?.kind).toBe(kind);
  });

  it.each(harmless)('lets "%s" pass', (text) => {
    expect(findPersonalData(text)).toBeUndefined();
  });

  it('says where, never what', () => {
    const value = { texts: [{ language: 'fr', text: 'Écrire à camille@corbel.example' }] };
    const refusal = refusalOf(value);
    expect(refusal.code).toBe('personal-data-in-text');
    expect(refusal.pointer).toBe('/texts/0/text');
    expect(refusal.detail).toBe('an e-mail address of a person begins at character 10');
    expect(JSON.stringify(refusal) + refusal.message).not.toContain('camille');
  });

  it('leaves ids, hashes and instants alone', () => {
    refusePersonalData({
      id: '06123456-7845-4061-8061-061234567890',
      sha256: '0612345678'.repeat(6) + '0612',
      occurredAt: '2026-11-21T18:00:00.000Z',
      version: 612345678,
      nothing: null,
    });
  });

  it('finds a value wherever it stands in a text', () => {
    const words = fc.array(fc.constantFrom('données', 'clients', 'de', '2026', 'art. 6', 'la', '12'), {
      maxLength: 20,
    });
    fc.assert(
      fc.property(fc.constantFrom(...personal), words, words, ([kind, value], before, after) => {
        const text = `${before.join(' ')}, « ${value} » ${after.join(' ')}`;
        expect(findPersonalData(text)?.kind).toBe(kind);
      }),
    );
  });

  it('needs no more than linear time', () => {
    for (const piece of ['a', '1', '0 ', 'a.', 'a@', '+1 ', 'FR76 ', '06 12 ']) {
      expect(() => findPersonalData(piece.repeat(200_000))).not.toThrow();
    }
  });
});

describe('check digits', () => {
  it('notice every changed digit', () => {
    const digit = fc.integer({ min: 1, max: 9 });
    fc.assert(
      fc.property(fc.nat({ max: 14 }), digit, (place, shift) => {
        expect(isNir(changed('269054958815780', place, shift))).toBe(false);
        expect(passesLuhn(changed('4111111111111111', place, shift))).toBe(false);
      }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 4, max: 26 }), digit, (place, shift) => {
        expect(isIban(changed('FR7630006000011234567890189', place, shift))).toBe(false);
      }),
    );
  });

  it('count Corsica as 19 and 18', () => {
    const withKey = (n: string, counted: number): string => n + String(97 - (counted % 97)).padStart(2, '0');
    expect(isNir(withKey('184122A451089', 1841219451089))).toBe(true);
    expect(isNir(withKey('184122B451089', 1841218451089))).toBe(true);
    expect(isNir(withKey('184122B451089', 1841219451089))).toBe(false);
  });

  it('know the length of each country', () => {
    expect(isIban('FR763000600001123456789018')).toBe(false);
    expect(isIban('ZZ7630006000011234567890189')).toBe(false);
  });
});

function changed(digits: string, place: number, shift: number): string {
  const digit = (Number(digits[place]) + shift) % 10;
  return digits.slice(0, place) + String(digit) + digits.slice(place + 1);
}

function refusalOf(value: unknown): Rejection {
  try {
    refusePersonalData(value);
  } catch (error) {
    return error as Rejection;
  }
  throw new Error('nothing was refused');
}
