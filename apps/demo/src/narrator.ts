/** Where the demo writes. */
export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

const WIDTH = 100;
const NO_BREAK = '\u00a0';
/** On something that is no terminal, a progress line every so many rows. */
const PLAIN_EVERY = 100;

/** Tells the story: chapters, sentences, answers of the server, progress. */
export class Narrator {
  private chapters = 0;
  private plainRows = 0;

  constructor(private readonly terminal: Terminal) {}

  /** The headline of it all. */
  title(text: string): void {
    this.line(this.styled('1', text));
  }

  /** Begins a chapter. */
  chapter(title: string): void {
    this.chapters += 1;
    this.line('');
    this.line(this.styled('1', `${String(this.chapters)}. ${title}`));
  }

  /** Ends the last chapter. */
  chapterEnd(): void {
    this.line('');
  }

  /** Says a sentence or two, wrapped. */
  say(text: string): void {
    for (const line of wrapped(text, this.width())) this.line(line);
  }

  /** Shows what the server answered, line by line. */
  show(...lines: readonly string[]): void {
    for (const line of lines) {
      const [first = '', ...rest] = wrapped(line, this.width() - 6);
      this.line(this.styled('36', `    ${first}`));
      for (const more of rest) this.line(this.styled('36', `      ${more}`));
    }
  }

  /** Shows a table without borders; the first row is its head. */
  table(rows: readonly (readonly string[])[]): void {
    const widths = (rows[0] ?? []).map((_, column) =>
      Math.max(...rows.map((row) => (row[column] ?? '').length)),
    );
    for (const row of rows)
      this.line(
        this.styled(
          '36',
          `    ${row
            .map((cell, i) => cell.padEnd(widths[i] ?? 0))
            .join('  ')
            .trimEnd()}`,
        ),
      );
  }

  /** Tells how far something long has come: one line that moves, or plain lines where nothing can move. */
  progress(done: number, of: number, text: string): void {
    if (this.terminal.isTTY === true) {
      const filled = Math.round((done / Math.max(of, 1)) * 30);
      const bar = '█'.repeat(filled) + '░'.repeat(30 - filled);
      this.terminal.write(`\r    ${bar} ${text}${done === of ? '\n' : ''}`);
    } else if (done === of || done - this.plainRows >= PLAIN_EVERY) {
      this.plainRows = done === of ? 0 : done;
      this.line(`    ${text}`);
    }
  }

  private width(): number {
    return Math.min(this.terminal.columns ?? WIDTH, WIDTH);
  }

  private line(text: string): void {
    this.terminal.write(`${text}\n`);
  }

  private styled(code: string, text: string): string {
    return this.terminal.isTTY === true ? `\u001B[${code}m${text}\u001B[0m` : text;
  }
}

function wrapped(text: string, width: number): readonly string[] {
  const lines = [''];
  // French sets a space before some marks; a line never begins with one.
  const glued = text.replace(/ (?=[:;?!»%])|(?<=«) /g, NO_BREAK);
  for (const word of glued.split(' ')) {
    const last = lines.at(-1) ?? '';
    if (last !== '' && last.length + 1 + word.length > width) lines.push(word);
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`;
  }
  return lines;
}
