import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { lineOf, openCsv, UnreadableCsv, type CsvRow } from './csv-file.js';

// Goal: a file is read as the spreadsheet that saved it means it, and what is written is read back as the same cells, byte
// for byte. Method: files as French Excel saves them, cut into pieces at every place.

/** The bytes of a text in pieces of so many bytes. */
async function* inPieces(
  text: string,
  size: number,
  encoding: BufferEncoding = 'utf8',
): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text, encoding);
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(source: AsyncIterable<Buffer>) {
  const file = await openCsv(source);
  if (file === undefined) throw new Error('The file is empty');
  const rows: CsvRow[] = [];
  for await (const some of file.rows) rows.push(...some);
  return { ...file, rows };
}

const utf8 = (cell: string | undefined) => Buffer.from(cell ?? '', 'latin1').toString();

describe('a file of French Excel', () => {
  const text =
    '\ufeffPrénom;email;note\r\nZoé;zoe@courrier.example;"a;b"\r\n"Le ""Grand""";x@y.example;"deux\r\nlignes"\r\n';

  it.each([1, 2, 3, 7, 1000])('is read in pieces of %d bytes', async (size) => {
    const { mark, delimiter, newline, header, rows } = await read(inPieces(text, size));
    expect([mark.length, delimiter, newline]).toEqual([3, ';', '\r\n']);
    expect(header.map(utf8)).toEqual(['Prénom', 'email', 'note']);
    expect(rows.map((row) => row.map(utf8))).toEqual([
      ['Zoé', 'zoe@courrier.example', 'a;b'],
      ['Le "Grand"', 'x@y.example', 'deux\r\nlignes'],
    ]);
  });

  it('is written as it was read, in the encoding of an old Excel too', async () => {
    const old = 'Prénom;email\r\nZoé;zoe@courrier.example\r\n';
    const { header, rows, delimiter } = await read(inPieces(old, 5, 'latin1'));
    const written = [header, ...rows].map((row) => `${lineOf(row, delimiter)}\r\n`).join('');
    expect(Buffer.from(written, 'latin1')).toEqual(Buffer.from(old, 'latin1'));
  });
});

describe('other files', () => {
  it('may be separated by commas or tabs, end their lines by LF or CR, and mix them', async () => {
    expect((await read(inPieces('email,a\nx,1\r\ny,2\rz,3', 4))).rows).toEqual([
      ['x', '1'],
      ['y', '2'],
      ['z', '3'],
    ]);
    expect((await read(inPieces('email\ta\nx\t1\n', 4))).delimiter).toBe('\t');
  });

  it('have no row for an empty line, and keep a row that is too short or too long', async () => {
    expect((await read(inPieces('email;a\n\nx\ny;1;2\n', 100))).rows).toEqual([['x'], ['y', '1', '2']]);
  });

  it('keep a quote that stands within a cell', async () => {
    expect((await read(inPieces('email;a\nx;5" plus\n', 100))).rows).toEqual([['x', '5" plus']]);
  });

  it('may be empty, or a first line alone', async () => {
    expect(await openCsv(inPieces('', 1))).toBeUndefined();
    expect(await openCsv(inPieces('\r\n\r\n', 1))).toBeUndefined();
    expect((await read(inPieces('email', 2))).rows).toEqual([]);
  });

  it('that cannot be read on give every row before that, and then the reason', async () => {
    const file = await openCsv(inPieces('email\nx\ny\n"never closed\nz\n', 3));
    const rows: CsvRow[] = [];
    const reading = (async () => {
      for await (const some of file!.rows) rows.push(...some);
    })();
    await expect(reading).rejects.toEqual(new UnreadableCsv('quote-not-closed'));
    expect(rows).toEqual([['x'], ['y']]);
    const huge = openCsv(inPieces(`email\n"${'a'.repeat(80_000)}`, 1000)).then(async (one) => {
      for await (const _ of one!.rows);
    });
    await expect(huge).rejects.toThrow('record-too-large');
    await expect(openCsv(inPieces('a'.repeat(80_000), 1000))).rejects.toThrow('first-line-too-long');
  });
});

it('any cells that are written are read back', async () => {
  const cell = fc.string({
    unit: fc.constantFrom('a', 'é', ' ', '"', ';', ',', '\n', '\r', "'"),
    maxLength: 6,
  });
  const row = fc.tuple(fc.constant('k'), cell, cell);
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 5 }), fc.integer({ min: 1, max: 9 }), async (rows, size) => {
      const text = [['k', 'b', 'c'], ...rows].map((one) => lineOf(one, ';')).join('\r\n');
      expect((await read(inPieces(text, size, 'latin1'))).rows).toEqual(rows);
    }),
  );
});
