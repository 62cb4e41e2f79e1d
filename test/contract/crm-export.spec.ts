import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';

// The demo's contacts are made, not collected: the file in the repository is what its generator writes, on any machine.

const generator = new URL('../fixtures/make-crm-export.mjs', import.meta.url).href;
const file = readFileSync(new URL('../fixtures/crm-export.csv', import.meta.url), 'utf8');

describe('the CRM export of the fixtures', () => {
  it('is what its generator makes', async () => {
    const { crmExport } = (await import(generator)) as { readonly crmExport: () => string };
    expect(crmExport() === file).toBe(true);
  });

  it('reaches nobody: numbers are of the ranges that ARCEP keeps for fiction', () => {
    const numbers = file.match(/(?:\+33|\b0)[ .]?(?:\(0\))?\d(?:[ .]?\d\d){4}\b/g) ?? [];
    const french = numbers.map((number) => number.replace(/\+33 ?(\(0\))?/, '0').replace(/[ .]/g, ''));
    expect(french.length).toBeGreaterThan(200);
    const fiction = /^(019900|026191|035301|046571|053649|063998)\d{4}$/;
    expect(french.filter((number) => !fiction.test(number))).toEqual([]);
  });
});
