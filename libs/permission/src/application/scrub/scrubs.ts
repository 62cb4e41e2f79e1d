import { randomBytes } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { invalidRequest, Problem } from '#http';
import { allocatedId, defined, type Clock, type Instant } from '#kernel';
import { CLOCK, StreamWriter, type CommandContext } from '#runtime';
import { scrubStream, type ScrubRecorded } from '#solicitation/contract';
import type { Question } from '../../domain/gate/question.js';
import { MerkleRoot } from './merkle-root.js';
import { addedColumns, rowHash, RowSalts, type RowAnswer, type RowProblem } from './scrubbed-row.js';
import { Gate, type Answered, type Unanswerable, type Whom } from '../gate.js';
import { PolicyActivations } from '../policy-activations.js';
import { lineOf, openCsv, UnreadableCsv, type CsvFile, type CsvRow } from './csv-file.js';
import { keyColumnOf, keyKinds, whomIn, type KeyColumn } from './key-column.js';

/** Rows of one file. */
export const MAX_ROWS = 1_000_000;
/** Rows that are asked about at once. */
const BATCH = 500;
const SALT_BYTES = 32;
/** How long the act is tried, in milliseconds. */
const PATIENCE_MS = 10_000;
/** Time that the last line of a file that cannot be read on has to leave, in milliseconds. */
const PARTING_MS = 250;

/** What is asked of every row. */
export interface ScrubWanted {
  readonly question: Omit<Question, 'at'>;
  /** The instant that is judged; absent: now. */
  readonly at?: Instant;
  /** Whether the caller may read of the past of people who are erased. */
  readonly mayReadErased: boolean;
  /** {@link MAX_ROWS} by default. */
  readonly maxRows?: number;
}

/** A scrub that is under way: the answers come as they are taken. */
export interface StartedScrub {
  readonly scrubId: string;
  /** With it every row can be proven, and without it none guessed. In lower-case hexadecimal; it is kept nowhere. */
  readonly salt: string;
  /** CSV, some rows at a time. It ends once the act is recorded; where it fails, nothing is. */
  readonly output: AsyncGenerator<Buffer>;
}

/** Where a scrub stands. */
interface Progress {
  readonly file: CsvFile;
  readonly column: KeyColumn;
  readonly wanted: ScrubWanted;
  readonly salts: RowSalts;
  readonly merkle: MerkleRoot;
  readonly counts: { rows: number; permitted: number; refused: number; unreadable: number };
  policyVersion: string | undefined;
}

type AnsweredRow = readonly [CsvRow, Answered | { readonly problem: RowProblem }];

/** Asks the gate about every row of a campaign file, and records once that it did. */
@Injectable()
export class Scrubs {
  constructor(
    private readonly gate: Gate,
    private readonly policies: PolicyActivations,
    private readonly writer: StreamWriter,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Reads the first line of a file. Throws `invalid-request` where no column of it says whom a row is about. */
  async start(
    source: AsyncIterable<Uint8Array>,
    wanted: ScrubWanted,
    context: CommandContext,
  ): Promise<StartedScrub> {
    const file = await openCsv(source).catch((error: unknown) => {
      if (error instanceof UnreadableCsv) return undefined;
      throw error;
    });
    const column = file && keyColumnOf(file.header, wanted.question.channel);
    if (file === undefined || column === undefined) {
      throw invalidRequest([{ pointer: '/header', code: 'not-one-of', rule: { accepted: keyKinds } }]);
    }
    const scrubId = allocatedId(context.commandId, 'scrub');
    const salt = randomBytes(SALT_BYTES);
    const counts = { rows: 0, permitted: 0, refused: 0, unreadable: 0 };
    const progress = {
      file,
      column,
      wanted,
      salts: new RowSalts(salt),
      merkle: new MerkleRoot(),
      counts,
      policyVersion: undefined,
    };
    return { scrubId, salt: salt.toString('hex'), output: this.output(scrubId, progress, context) };
  }

  private async *output(
    scrubId: string,
    progress: Progress,
    context: CommandContext,
  ): AsyncGenerator<Buffer> {
    const { file } = progress;
    yield Buffer.from(
      `${file.mark}${lineOf([...file.header, ...addedColumns], file.delimiter)}${file.newline}`,
      'latin1',
    );
    try {
      yield* this.answeredLines(progress);
    } catch (error) {
      if (!(error instanceof UnreadableCsv)) throw error;
      yield partingLine(file, error.fault);
      await sleep(PARTING_MS);
      throw error;
    }
    if (isTooLong(progress)) {
      yield partingLine(file, 'too-many-rows');
      await sleep(PARTING_MS);
      throw new Problem('payload-too-large');
    }
    await this.record(scrubId, progress, context);
  }

  /** While one batch is taken, the next one is asked about: so much is held, and no more. */
  private async *answeredLines(progress: Progress): AsyncGenerator<Buffer> {
    let before: Promise<readonly AnsweredRow[]> | undefined;
    let fault: Error | undefined;
    try {
      for await (const rows of inBatches(progress.file.rows)) {
        const asked = this.answersTo(rows, progress);
        // It is waited for below; until then its failure is nobody's.
        asked.catch(() => undefined);
        if (before !== undefined) yield linesOf(await before, progress);
        before = asked;
        if (isTooLong(progress)) return;
      }
    } catch (error) {
      fault = error as Error;
    }
    if (before !== undefined && (fault === undefined || fault instanceof UnreadableCsv)) {
      yield linesOf(await before, progress);
    }
    if (fault !== undefined) throw fault;
  }

  private async answersTo(rows: readonly CsvRow[], progress: Progress): Promise<readonly AnsweredRow[]> {
    const { wanted, column, file } = progress;
    const { question, at } = wanted;
    const read = rows.map((row) => whomOf(row, column, file.header.length));
    const asked = read.flatMap((whom) => ('problem' in whom ? [] : [{ whom, question, ...defined({ at }) }]));
    const answers = asked.length === 0 ? [] : await this.gate.checkAll(asked);
    let next = 0;
    return rows.map((row, index): AnsweredRow => {
      const whom = read[index];
      if (whom !== undefined && 'problem' in whom) return [row, whom];
      return [row, toldOf(answers[next++], wanted)];
    });
  }

  private async record(
    scrubId: string,
    { wanted, merkle, counts, policyVersion }: Progress,
    context: CommandContext,
  ): Promise<void> {
    const { purposeId, channel, controllerId } = wanted.question;
    const now = this.clock.now();
    const { policy } = await this.policies.now();
    const data = {
      ...{ scrubId, ...defined({ purposeId, channel, controllerId }) },
      policyVersion: policyVersion ?? policy.version,
      ...counts,
      root: merkle.root(),
      at: wanted.at ?? context.now,
      startedAt: context.now,
      occurredAt: now,
    };
    const late = { ...context, now, deadline: performance.now() + PATIENCE_MS };
    await this.writer.record<ScrubRecorded>(
      {
        ...{ stream: scrubStream(scrubId), context: late, number: 0, subjects: [] },
        ...{ isNo: false, isUnconditional: true },
      },
      () => [{ type: 'ScrubRecorded', data }],
    );
  }
}

function isTooLong({ counts, wanted }: Progress): boolean {
  return counts.rows > (wanted.maxRows ?? MAX_ROWS);
}

async function* inBatches(rows: AsyncIterable<readonly CsvRow[]>): AsyncGenerator<readonly CsvRow[]> {
  let waiting: CsvRow[] = [];
  let fault: Error | undefined;
  try {
    for await (const some of rows) {
      waiting = waiting.length === 0 ? [...some] : [...waiting, ...some];
      while (waiting.length >= BATCH) yield waiting.splice(0, BATCH);
    }
  } catch (error) {
    // What was read before it is answered first.
    fault = error as Error;
  }
  if (waiting.length > 0) yield waiting;
  if (fault !== undefined) throw fault;
}

/** A row that is longer only by empty cells was saved so by a spreadsheet. */
function whomOf(row: CsvRow, column: KeyColumn, columns: number): Whom | { readonly problem: RowProblem } {
  const isWhole = row.length >= columns && row.slice(columns).every((cell) => cell === '');
  return isWhole ? whomIn(row[column.index] ?? '', column.kind) : { problem: 'wrong-number-of-columns' };
}

function toldOf(
  answer: Answered | Unanswerable | undefined,
  { mayReadErased }: ScrubWanted,
): Answered | { readonly problem: RowProblem } {
  if (answer === undefined || 'problem' in answer) return { problem: 'not-answered' };
  return answer.isPast && answer.isErasedNow && !mayReadErased ? { problem: 'erased' } : answer;
}

/** The lines of answered rows; they are counted, and go into the tree, in the order of the file. */
function linesOf(rows: readonly AnsweredRow[], progress: Progress): Buffer {
  const { file, column, salts, merkle, counts } = progress;
  const lines = rows.map(([row, told]) => {
    const answer = answerOf(told);
    counts.rows += 1;
    counts['problem' in told ? 'unreadable' : told.decision.permitted ? 'permitted' : 'refused'] += 1;
    if ('policyVersion' in told) progress.policyVersion = told.policyVersion;
    merkle.add(rowHash(salts, counts.rows, row[column.index] ?? '', answer));
    const cells = file.header.map((_, index) => row[index] ?? '');
    return lineOf([...cells, ...addedColumns.map((name) => answer[name])], file.delimiter) + file.newline;
  });
  return Buffer.from(lines.join(''), 'latin1');
}

function answerOf(told: Answered | { readonly problem: RowProblem }): RowAnswer {
  if ('problem' in told) {
    return { permitted: 'false', reasons: '', validUntil: '', policyVersion: '', problem: told.problem };
  }
  const { decision, policyVersion } = told;
  return {
    permitted: String(decision.permitted),
    reasons: decision.reasons.map(({ code }) => code).join(' '),
    validUntil: decision.validUntil ?? '',
    policyVersion,
    problem: '',
  };
}

/** Says in the place of the next row why there is none. */
function partingLine({ header, delimiter, newline }: CsvFile, problem: string): Buffer {
  const line = lineOf([...header.map(() => ''), 'false', '', '', '', problem], delimiter);
  return Buffer.from(`${line}${newline}`, 'latin1');
}
