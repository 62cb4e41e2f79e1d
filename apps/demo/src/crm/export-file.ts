import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';

/** A row of a CRM export, by the names of its columns. */
export interface ExportRow {
  /** Where it begins in the file; the first line is 1. */
  readonly line: number;
  readonly cells: Readonly<Record<string, string>>;
}

/** A file that cannot be read as an export of contacts; its message says why. */
export class UnreadableExport extends Error {
  override readonly name = 'UnreadableExport';
}

/** One of these must be there, or nobody could be found again. */
const FINDING_COLUMNS = ['Record ID', 'Record ID - Contact', 'Email', 'Phone Number', 'Mobile Phone Number'];
const DELIMITERS = [',', ';', '\t'];

/**
 * Reads an export of contacts: with or without BOM, UTF-8 or what an old Excel saved, separated by comma, semicolon
 * or tab. Throws {@link UnreadableExport}.
 */
export async function readExport(path: string): Promise<readonly ExportRow[]> {
  const text = decoded(await bytesOf(path));
  const head = text.split(/\r?\n/, 1)[0] ?? '';
  try {
    const rows = parse<ExportRow, Record<string, string>>(text, {
      bom: true,
      columns: true,
      delimiter: delimiterOf(head),
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      on_record: (cells, { lines }) => ({ line: beginOf(cells, lines), cells }),
    });
    const columns = Object.keys(rows[0]?.cells ?? {});
    if (!columns.some((name) => FINDING_COLUMNS.includes(name))) throw new UnreadableExport(expected(head));
    return rows;
  } catch (error) {
    if (error instanceof UnreadableExport) throw error;
    throw new UnreadableExport(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function bytesOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new UnreadableExport((error as Error).message, { cause: error });
  }
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

function delimiterOf(head: string): string {
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: head.split(delimiter).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).delimiter;
}

/** The parser knows where a row ends; line breaks inside its cells lie before that. */
function beginOf(record: Readonly<Record<string, string>>, end: number): number {
  const breaks = Object.values(record).join('').split('\n').length - 1;
  return end - breaks;
}

function expected(head: string): string {
  return `None of the columns ${FINDING_COLUMNS.join(', ')} stands in the first line: ${head.slice(0, 200)}`;
}
