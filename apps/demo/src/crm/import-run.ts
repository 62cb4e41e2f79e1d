import type { ProblemBody, Session } from '../api.js';
import type { ContactPoint, CrmContact, RowNote } from './contact-row.js';
import { inParallel } from './in-parallel.js';

/** What became of a row. `unknown`: kept, and nothing proves that the person agreed to anything. */
export type RowOutcome = 'unknown' | 'no' | 'already-known' | 'not-imported';

/** A row with its outcome. */
export interface RowResult {
  readonly line: number;
  readonly recordId: string;
  readonly outcome: RowOutcome;
  readonly notes: readonly RowNote[];
  readonly subjectId?: string;
}

/** One run of the import; its id makes a repeated run count nothing twice. */
export interface ImportRun {
  readonly session: Session;
  readonly importId: string;
  readonly newsletterId: string;
  readonly onRow: (done: number) => void;
}

/** Requests under way at once. */
const PARALLEL = 16;

const MALFORMED: Readonly<Record<ContactPoint['kind'], RowNote>> = {
  email: 'email-malformed',
  phone: 'phone-malformed',
  'postal-address': 'address-malformed',
  'external-id': 'nothing-to-find-by',
  name: 'nothing-to-find-by',
};

interface Registered {
  readonly subjectId: string;
  readonly created: boolean;
  readonly matches?: readonly string[];
}

/** Hands the rows to the ledger, sixteen at a time; the results stand in the order of the rows. */
export async function importContacts(
  contacts: readonly CrmContact[],
  run: ImportRun,
): Promise<readonly RowResult[]> {
  let done = 0;
  return inParallel(contacts, PARALLEL, async (contact) => {
    const result = await importContact(contact, run);
    run.onRow((done += 1));
    return result;
  });
}

async function importContact(contact: CrmContact, run: ImportRun): Promise<RowResult> {
  const { line, recordId } = contact;
  const notes = new Set(contact.notes);
  const registered = await register(contact, contact.contactPoints, run, notes);
  if (registered === undefined) return { line, recordId, outcome: 'not-imported', notes: [...notes] };
  const { subjectId, created, matches = [] } = registered;
  if (!created) notes.add('record-already-known');
  if (matches.length > 0) notes.add('shares-address');
  for (const no of contact.nos) await withdraw(subjectId, no, contact, run);
  const outcome = contact.nos.length > 0 ? 'no' : created ? 'unknown' : 'already-known';
  return { line, recordId, outcome, notes: [...notes], subjectId };
}

/** Registers the person; a value that is none is left out, named by the ledger's answer, and the rest goes again. */
async function register(
  contact: CrmContact,
  contactPoints: readonly ContactPoint[],
  run: ImportRun,
  notes: Set<RowNote>,
): Promise<Registered | undefined> {
  if (!contactPoints.some(({ kind }) => kind !== 'name')) {
    notes.add('nothing-to-find-by');
    return undefined;
  }
  const { audience, collectedAt: occurredAt, line } = contact;
  const source = { kind: 'import', importId: run.importId };
  const body = { contactPoints, audience, source, onMatch: 'create-and-link', occurredAt };
  const key = `${run.importId}-${String(line)}-${String(contactPoints.length)}`;
  const answer = await run.session.post<Registered | ProblemBody>('/v1/subjects', body, [200, 201, 409], key);
  if (!('code' in answer.body)) return answer.body;
  const place = /^\/contactPoints\/(\d+)\//.exec(answer.body.errors?.[0]?.pointer ?? '');
  const wrong = contactPoints[Number(place?.[1] ?? -1)];
  if (wrong === undefined) throw new Error(`Row ${String(line)}: ${answer.body.code}`);
  notes.add(MALFORMED[wrong.kind]);
  return register(
    contact,
    contactPoints.filter((point) => point !== wrong),
    run,
    notes,
  );
}

async function withdraw(
  subjectId: string,
  no: CrmContact['nos'][number],
  { line }: CrmContact,
  { session, importId, newsletterId }: ImportRun,
): Promise<void> {
  const purposeId = no === 'all' ? 'all' : newsletterId;
  const body = { purposeId, channels: ['email'], source: { kind: 'import', importId } };
  const key = `${importId}-${String(line)}-no-${no}`;
  await session.post(`/v1/subjects/${subjectId}/withdrawals`, body, [200, 201], key);
}
