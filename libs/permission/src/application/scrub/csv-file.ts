import { parse, type Parser } from 'csv-parse';

/** Why a file cannot be read, or not be read on. */
export type CsvFault = 'quote-not-closed' | 'record-too-large' | 'first-line-too-long';

/** A file that cannot be read on from where it was read to. */
export class UnreadableCsv extends Error {
  override readonly name = 'UnreadableCsv';
  constructor(readonly fault: CsvFault) {
    super(fault);
  }
}

/** A row of cells, one character per byte: whatever the encoding of the file, it is written as it was read. */
export type CsvRow = readonly string[];

/** A CSV file of which the first line is read. */
export interface CsvFile {
  /** What stands before the first line: the byte order mark of Excel, or nothing. */
  readonly mark: string;
  readonly delimiter: string;
  readonly newline: string;
  readonly header: CsvRow;
  /** The rows behind the first line, some at a time. Throws {@link UnreadableCsv}, and what the source throws. */
  readonly rows: AsyncGenerator<readonly CsvRow[]>;
}

const DELIMITERS = [';', ',', '\t'];
const MARK = '\u00ef\u00bb\u00bf';
const MAX_LINE = 64 * 1024;

/**
 * Reads CSV as spreadsheets write it (RFC 4180): separated by semicolon, comma or tab, quoted or not, with or without
 * BOM, in any encoding that holds ASCII; lines end by CRLF, LF or CR. It holds one chunk of the source at a time.
 * `undefined`: the file is empty. Throws {@link UnreadableCsv}.
 */
export async function openCsv(source: AsyncIterable<Uint8Array>): Promise<CsvFile | undefined> {
  const bytes = source[Symbol.asyncIterator]();
  const head = await firstLine(bytes);
  const mark = head.startsWith(MARK) ? MARK : '';
  const text = head.slice(mark.length);
  const [line = ''] = text.split(/\r?\n|\r/, 1);
  const rows = rowsOf(text, bytes, delimiterOf(line));
  for (;;) {
    const next = await rows.next();
    if (next.done === true) return undefined;
    const [header, ...others] = next.value;
    if (header === undefined) continue;
    const newline = text.startsWith('\r\n', line.length) ? '\r\n' : '\n';
    return { mark, delimiter: delimiterOf(line), newline, header, rows: withFirst(others, rows) };
  }
}

/** A row as one line without its end; a cell is quoted where it has to be. */
export function lineOf(cells: CsvRow, delimiter: string): string {
  return cells.map((cell) => (needsQuotes(cell, delimiter) ? quoted(cell) : cell)).join(delimiter);
}

async function firstLine(bytes: AsyncIterator<Uint8Array>): Promise<string> {
  let head = '';
  // A CR alone may be the first half of a CRLF.
  while (!/\n|\r[^]/.test(head)) {
    if (head.length > MAX_LINE) throw new UnreadableCsv('first-line-too-long');
    const next = await bytes.next();
    if (next.done === true) break;
    head += latin1(next.value);
  }
  return head;
}

async function* rowsOf(
  head: string,
  bytes: AsyncIterator<Uint8Array>,
  delimiter: string,
): AsyncGenerator<readonly CsvRow[]> {
  const found: CsvRow[] = [];
  const parser = parserInto(found, delimiter);
  try {
    let text: string | undefined = head;
    while (text !== undefined) {
      const fault = await fed(parser, text);
      yield found.splice(0);
      if (fault !== undefined) throw fault;
      const next = await bytes.next();
      text = next.done === true ? undefined : latin1(next.value);
    }
    const fault = await ended(parser);
    yield found.splice(0);
    if (fault !== undefined) throw fault;
  } finally {
    parser.destroy();
    await bytes.return?.();
  }
}

/** Rows go where they are wanted as they are found, and not through the parser's own queue, which a fault would empty. */
function parserInto(found: CsvRow[], delimiter: string): Parser {
  const parser = parse({
    ...{ delimiter, encoding: 'latin1' as const, record_delimiter: ['\r\n', '\n', '\r'] },
    ...{ relax_column_count: true, relax_quotes: true, skip_empty_lines: true, max_record_size: MAX_LINE },
    on_record: (cells: string[]) => {
      found.push(cells);
      return null;
    },
  });
  // What goes wrong is told to who feeds it.
  parser.on('error', () => undefined);
  return parser.resume();
}

async function fed(parser: Parser, text: string): Promise<UnreadableCsv | undefined> {
  return new Promise((resolve) => {
    parser.write(Buffer.from(text, 'latin1'), (error) => resolve(faultOf(error)));
  });
}

async function ended(parser: Parser): Promise<UnreadableCsv | undefined> {
  return new Promise((resolve) => {
    parser.once('error', (error) => resolve(faultOf(error)));
    parser.once('end', () => resolve(undefined));
    parser.end();
  });
}

function faultOf(error: Error | null | undefined): UnreadableCsv | undefined {
  if (error === null || error === undefined) return undefined;
  const { code } = error as { readonly code?: string };
  return new UnreadableCsv(code === 'CSV_MAX_RECORD_SIZE' ? 'record-too-large' : 'quote-not-closed');
}

async function* withFirst(
  first: readonly CsvRow[],
  others: AsyncGenerator<readonly CsvRow[]>,
): AsyncGenerator<readonly CsvRow[]> {
  try {
    yield first;
    yield* others;
  } finally {
    await others.return(undefined);
  }
}

function delimiterOf(line: string): string {
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((most, one) => (one.count > most.count ? one : most)).delimiter;
}

function needsQuotes(cell: string, delimiter: string): boolean {
  return cell.includes(delimiter) || /["\r\n]/.test(cell);
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}
