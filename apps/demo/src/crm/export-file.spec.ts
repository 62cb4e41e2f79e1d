import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readExport } from './export-file.js';
import { csvText } from './report-csv.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'greffe-export-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(content: string | Uint8Array): string {
  const path = join(folder, 'export.csv');
  writeFileSync(path, content);
  return path;
}

describe('an export of contacts', () => {
  it('of the fixtures is read whole', async () => {
    const path = fileURLToPath(new URL('../../../../test/fixtures/crm-export.csv', import.meta.url));
    const rows = await readExport(path);
    expect(rows).toHaveLength(500);
    expect(rows[0]).toMatchObject({ line: 2, cells: { 'First Name': 'Nicole' } });
    const broken = rows.find(({ cells }) => cells['Message']?.includes('\n') === true);
    expect(broken?.cells['Message']).toBe('Première ligne\nseconde ligne ; "citée", fin');
    expect(rows[rows.indexOf(broken!) + 1]?.line).toBe(broken!.line + 2);
  });

  it.each([
    ['commas', 'Record ID,Email\n1,a@fai.example\n'],
    ['semicolons', 'Record ID;Email\r\n1;a@fai.example\r\n'],
    ['tabs and a BOM', '\uFEFFRecord ID\tEmail\n1\ta@fai.example'],
  ])('may come with %s', async (_, text) => {
    const [row] = await readExport(file(text));
    expect(row).toEqual({ line: 2, cells: { 'Record ID': '1', Email: 'a@fai.example' } });
  });

  it('may have been saved by an old Excel', async () => {
    const [row] = await readExport(file(Buffer.from('Email;City\na@fai.example;Besançon', 'latin1')));
    expect(row?.cells['City']).toBe('Besançon');
  });

  it.each([
    ['without a column to find people by', 'Name,City\nA,B\n', /None of the columns/],
    ['with an open quote', 'Email,City\n"a@fai.example,B\n', /quote/i],
    ['that is empty', '', /None of the columns/],
  ])('%s is refused', async (_, text, message) => {
    await expect(readExport(file(text))).rejects.toThrow(message);
  });

  it('that is not there is refused', async () => {
    await expect(readExport(join(folder, 'nothing.csv'))).rejects.toThrow('ENOENT');
  });
});

describe('the report for a spreadsheet', () => {
  it('opens in French Excel and runs no formula', () => {
    const rows = [
      ['ligne', 'résultat'],
      ['2', '=HYPERLINK("http://piege.example")'],
      ['3', 'a;b\nc'],
      ['4', '-1'],
    ];
    expect(csvText(rows)).toBe(
      '\uFEFFligne;résultat\r\n2;"\'=HYPERLINK(""http://piege.example"")"\r\n3;"a;b\nc"\r\n4;\'-1\r\n',
    );
  });
});
