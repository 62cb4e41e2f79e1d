import { randomInt } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';

const LETTERS = 'bcdfghjklmnpqrstvwxz';
const ACCENTED = 'éèêëàâîïôûùç';
/** Of a needle in other bytes only what does not touch its neighbours stays the same. */
const BASE64_EDGE = 4;

/** Values that stand nowhere else in the world, to be planted as somebody's personal data and looked for afterwards. */
export class Canaries {
  /** In every value of ASCII letters. Without vowels, or some word could hold it. */
  readonly stem = randomText(LETTERS, 14);
  readonly accented = randomText(ACCENTED, 9);
  readonly mobile = `6${randomText('123456789', 8)}`;

  /** A value with the stem in it, and a name by which a finding can be told from the others. */
  value(name: string): string {
    return `${name}${this.stem}`;
  }

  email(name: string): string {
    return `${this.value(name)}@courrier.example`;
  }

  get phone(): string {
    return `+33${this.mobile}`;
  }

  /** Every form in which one of them could lie in bytes. */
  needles(): readonly Buffer[] {
    const pairs = this.mobile.slice(1).match(/../g) ?? [];
    const written = [' ', '.', '-', ''].map((between) => [`06`, ...pairs].join(between));
    const escaped = this.accented.replace(
      /[^ -~]/g,
      (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
    return [
      ...formsOf(this.stem),
      ...formsOf(this.stem.toUpperCase()),
      ...formsOf(this.accented),
      ...formsOf(`33${this.mobile}`),
      ...[...written, escaped, encodeURIComponent(this.accented)].map((text) => Buffer.from(text)),
      Buffer.from(this.accented, 'latin1'),
    ];
  }
}

function formsOf(text: string): Buffer[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString('hex');
  const base64 = [0, 1, 2].map((shift) => {
    const shifted = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replaceAll('=', '');
    return shifted.slice(shift === 0 ? 0 : BASE64_EDGE, -BASE64_EDGE);
  });
  const url = base64.map((one) => one.replaceAll('+', '-').replaceAll('/', '_'));
  const inText = [hex, hex.toUpperCase(), ...base64, ...url].map((one) => Buffer.from(one, 'latin1'));
  return [bytes, Buffer.from(text, 'utf16le'), ...inText];
}

function randomText(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}

/** Where something was looked for, and where it was found. */
export class Scan {
  readonly places: string[] = [];
  /** Places that hold one of the needles, with what stands around it. */
  readonly hits: string[] = [];
  /** Places that hold the marker: something that is meant to be there, so that a blind scan is not taken for a clean one. */
  readonly marked: string[] = [];

  constructor(
    private readonly needles: readonly Buffer[],
    private readonly marker: string,
  ) {}

  text(place: string, text: string): void {
    this.bytes(place, Buffer.from(text));
  }

  bytes(place: string, bytes: Buffer): void {
    this.places.push(place);
    if (bytes.includes(this.marker)) this.marked.push(place);
    for (const needle of this.needles) {
      const at = bytes.indexOf(needle);
      if (at >= 0)
        this.hits.push(`${place}: ${bytes.subarray(Math.max(0, at - 40), at + 60).toString('latin1')}`);
    }
  }

  /** Every file of a folder, however deep. */
  async files(folder: string): Promise<void> {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      // What a running PostgreSQL removes between the list and the look is gone.
      const bytes = await readFile(path).catch(() => undefined);
      if (bytes !== undefined) this.bytes(`file ${path.slice(folder.length + 1)}`, bytes);
    }
  }

  /** Every row of every table of a database, as text: what is compressed in its files is not here. */
  async tables(database: string, pool: pg.Pool): Promise<void> {
    const { rows: tables } = await pool.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    for (const { name } of tables) {
      const { rows } = await pool.query<{ row: string }>(`SELECT t::text AS row FROM ${name} AS t`);
      this.text(`table ${database} ${name}`, rows.map(({ row }) => row).join('\n'));
    }
  }
}
