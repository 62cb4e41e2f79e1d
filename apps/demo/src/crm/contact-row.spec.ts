import { describe, expect, it } from '@jest/globals';
import { readContact } from './contact-row.js';

const NOW = '2026-11-21T18:00:00.000Z';
const read = (cells: Readonly<Record<string, string>>) => readContact({ line: 2, cells }, NOW);
const points = (cells: Readonly<Record<string, string>>) =>
  read(cells).contactPoints.map(({ kind, value }) => `${kind} ${value}`);

describe('a row of a CRM export', () => {
  it('gives what the shop’s purposes need, and nothing else', () => {
    const cells = {
      'Record ID': '75100000000',
      'First Name': 'Nicole',
      'Last Name': 'Morel',
      Email: ' famille.morel@courrier.example ',
      'Phone Number': '01 99 00 12 34',
      'Mobile Phone Number': '01 99 00 12 34',
      'Street Address': '14 rue des Tisserands',
      'Postal Code': '44000',
      City: 'Nantes',
      'Country/Region': 'France',
      Message: 'Aime le chêne',
      'Lifecycle Stage': 'Customer',
    };
    expect(points(cells)).toEqual([
      'external-id 75100000000',
      'name Nicole Morel',
      'email famille.morel@courrier.example',
      'phone 01 99 00 12 34',
      'postal-address 14 rue des Tisserands, 44000 Nantes, France',
    ]);
    expect(JSON.stringify(read(cells))).not.toMatch(/chêne|Customer/);
  });

  it('has no address without a street', () => {
    expect(points({ Email: 'a@fai.example', City: 'Nantes' })).toEqual(['email a@fai.example']);
  });

  it.each([
    ['Phone Number', 'FR76 3000 6000 0112 3456 7890 189', 'iban-left-out'],
    ['Message', 'Remboursez FR14 2004 1010 0505 0001 3M02 606', 'iban-left-out'],
    ['Numéro de dossier SAV', '2 55 08 14 168 025 38', 'nir-left-out'],
    ['Last Name', '4970 1012 3456 7893', 'card-left-out'],
  ])('leaves behind what must not be kept, also in the column %s', (column, value, note) => {
    const contact = read({ 'Record ID': '1', Email: 'a@fai.example', [column]: value });
    expect(contact.notes).toEqual([note]);
    expect(JSON.stringify(contact.contactPoints)).not.toContain(value.slice(0, 7));
  });

  it.each([
    [{ 'Unsubscribed from all email': 'Yes' }, ['all'], []],
    [
      { 'Unsubscribed from all email': 'true', "Opted out of email: Lettre d'information": 'Yes' },
      ['all'],
      [],
    ],
    [{ "Opted out of email: Lettre d'information": 'Opted Out' }, ['newsletter'], []],
    [{ 'Opted out of email: One to One': 'Yes' }, [], []],
    [{ 'Unsubscribed from all email': 'No' }, [], []],
    [{ 'Unsubscribed from all email': 'peut-être' }, [], ['answer-unclear']],
  ])('says no as %j does', (cells, nos, notes) => {
    const contact = read({ 'Record ID': '1', ...cells });
    expect([contact.nos, contact.notes]).toEqual([nos, notes]);
  });

  it('takes a claimed consent for what it is', () => {
    const cells = {
      Email: 'a@fai.example',
      "Legal basis for processing contact's data": 'Freely given consent from contact',
    };
    expect(read(cells).notes).toEqual(['consent-without-proof']);
  });

  it.each([
    ['2023-05-16 10:24', '2023-05-16T10:24:00+02:00', []],
    ['2023-01-16', '2023-01-16T12:00:00+01:00', []],
    ['', undefined, []],
    ['2099-01-01 00:00', undefined, ['date-unusable']],
    ['2024-02-31 10:00', undefined, ['date-unusable']],
    ['31/02/2024', undefined, ['date-unusable']],
  ])('was collected on "%s": %s', (text, collectedAt, notes) => {
    const contact = read({ Email: 'a@fai.example', 'Create Date': text });
    expect([contact.collectedAt, contact.notes]).toEqual([collectedAt, notes]);
  });

  it('of nobody who could be found again says so', () => {
    expect(read({ 'First Name': 'Ursule' }).notes).toEqual(['nothing-to-find-by']);
  });
});
