import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readContact } from '../crm/contact-row.js';
import { readExport } from '../crm/export-file.js';
import { importContacts as run, type RowResult } from '../crm/import-run.js';
import { csvText } from '../crm/report-csv.js';
import type { Shop, Stage } from '../stage.js';

/** From `dist/apps/demo/src/play`, where this file runs, to the top of the repository. */
const OWN_EXPORT = fileURLToPath(new URL('../../../../../test/fixtures/crm-export.csv', import.meta.url));

/** Reads the CRM's export into the ledger and says what became of each row. */
export async function importContacts(stage: Stage, { newsletterId }: Shop): Promise<void> {
  const { narrator, texts, options, home } = stage;
  narrator.chapter(texts.contacts.title);
  const file = options.contacts ?? OWN_EXPORT;
  const now = new Date().toISOString();
  const contacts = (await readExport(file)).map((row) => readContact(row, now));
  narrator.say(texts.contacts.reads(basename(file), contacts.length));
  const onRow = (done: number): void =>
    narrator.progress(done, contacts.length, texts.contacts.progress(done, contacts.length));
  const results = await run(contacts, {
    session: stage.service,
    importId: randomUUID(),
    newsletterId,
    onRow,
  });
  const report = join(home, 'demo-import-report.csv');
  await writeFile(report, reportOf(stage, results), { mode: 0o600 });
  summarise(stage, results);
  narrator.say(texts.contacts.report(report));
  narrator.say(texts.contacts.unknownIsNo);
}

function summarise({ narrator, texts }: Stage, results: readonly RowResult[]): void {
  const { outcomes, notes } = texts.contacts.rows;
  narrator.say(texts.contacts.outcomes);
  narrator.table(
    counted(results.map(({ outcome }) => outcome)).map(([code, count]) => [count, outcomes[code]]),
  );
  const remarks = counted(results.flatMap((result) => result.notes));
  if (remarks.length === 0) return;
  narrator.say(texts.contacts.notes);
  narrator.table(remarks.map(([code, count]) => [count, notes[code]]));
}

/** How often each code occurs, most frequent first, with the figures aligned. */
function counted<T extends string>(codes: readonly T[]): readonly (readonly [T, string])[] {
  const counts = new Map<T, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  const rows = [...counts].sort(([, a], [, b]) => b - a);
  return rows.map(([code, count]) => [code, String(count).padStart(String(rows[0]?.[1] ?? 0).length)]);
}

function reportOf({ texts }: Stage, results: readonly RowResult[]): string {
  const { head, outcomes, notes } = texts.contacts.rows;
  const rows = results.map((result) => [
    String(result.line),
    result.recordId,
    outcomes[result.outcome],
    result.notes.map((note) => notes[note]).join(' | '),
    result.subjectId ?? '',
  ]);
  return csvText([head, ...rows]);
}
