import { findPersonalData } from '#register';
import type { ExportRow } from './export-file.js';
import { parisInstant } from './paris-time.js';

/** A remark on a row; each has words in the catalogue. */
export type RowNote =
  | 'shares-address'
  | 'email-malformed'
  | 'phone-malformed'
  | 'address-malformed'
  | 'iban-left-out'
  | 'nir-left-out'
  | 'card-left-out'
  | 'consent-without-proof'
  | 'answer-unclear'
  | 'date-unusable'
  | 'record-already-known'
  | 'nothing-to-find-by';

/** A contact point as the ledger's API takes it. */
export interface ContactPoint {
  readonly kind: 'external-id' | 'name' | 'email' | 'phone' | 'postal-address';
  readonly value: string;
  readonly system?: string;
  readonly use?: 'professional';
}

/** A row of the export as it can be handed to the ledger. What no purpose needs stays behind (Art. 5(1)(c)). */
export interface CrmContact {
  readonly line: number;
  readonly recordId: string;
  readonly contactPoints: readonly ContactPoint[];
  readonly audience: 'consumer' | 'pro-named';
  readonly collectedAt?: string;
  /** What the row says no to: every mail, or the newsletter. */
  readonly nos: readonly ('all' | 'newsletter')[];
  readonly notes: readonly RowNote[];
}

const LEFT_OUT: Readonly<Record<string, RowNote>> = {
  iban: 'iban-left-out',
  nir: 'nir-left-out',
  card: 'card-left-out',
};
const YES = /^(yes|true|oui|vrai|1|opted out|désinscrit)$/i;
const NO = /^(|no|false|non|faux|0|opted in)$/i;
const CONSENT_CLAIMED = /consent/i;

/** Reads a row in HubSpot's layout. `now` bounds its dates. */
export function readContact({ line, cells }: ExportRow, now: string): CrmContact {
  const notes = new Set<RowNote>();
  const safe = withoutForbidden(cells, notes);
  const cell = (name: string): string => (safe[name] ?? '').trim();
  const recordId = cell('Record ID') || cell('Record ID - Contact');
  const isProfessional = cell('Associated Company') !== '';
  const collectedAt = collectedOn(cell('Create Date'), now, notes);
  if (CONSENT_CLAIMED.test(cell("Legal basis for processing contact's data")))
    notes.add('consent-without-proof');
  const contactPoints = contactPointsOf(cell, recordId, isProfessional);
  const nos = nosOf(cell, Object.keys(cells), notes);
  if (!contactPoints.some(({ kind }) => kind !== 'name')) notes.add('nothing-to-find-by');
  return {
    line,
    recordId,
    contactPoints,
    audience: isProfessional ? 'pro-named' : 'consumer',
    ...(collectedAt === undefined ? {} : { collectedAt }),
    nos,
    notes: [...notes],
  };
}

/** Bank account, card and social security numbers never leave this machine, whichever column they slipped into. */
function withoutForbidden(cells: ExportRow['cells'], notes: Set<RowNote>): ExportRow['cells'] {
  const kept = Object.entries(cells).filter(([, value]) => {
    const note = LEFT_OUT[findPersonalData(value)?.kind ?? ''];
    if (note !== undefined) notes.add(note);
    return note === undefined;
  });
  return Object.fromEntries(kept);
}

function contactPointsOf(
  cell: (name: string) => string,
  recordId: string,
  isProfessional: boolean,
): readonly ContactPoint[] {
  const use = isProfessional ? { use: 'professional' as const } : {};
  const street = cell('Street Address');
  const town = [`${cell('Postal Code')} ${cell('City')}`.trim(), cell('Country/Region')].filter(
    (part) => part !== '',
  );
  const phones = [cell('Phone Number'), cell('Mobile Phone Number')].filter((phone) => phone !== '');
  const points: ContactPoint[] = [
    { kind: 'external-id', value: recordId, system: 'crm' },
    { kind: 'name', value: `${cell('First Name')} ${cell('Last Name')}`.trim() },
    { kind: 'email', value: cell('Email'), ...use },
    ...[...new Set(phones)].map((value) => ({ kind: 'phone' as const, value, ...use })),
    { kind: 'postal-address', value: street === '' ? '' : [street, ...town].join(', ') },
  ];
  return points.filter(({ value }) => value !== '');
}

/** An opt-out counts whatever else the row says; a word that nobody foresaw is noted, and means no consent anyway. */
function nosOf(
  cell: (name: string) => string,
  columns: readonly string[],
  notes: Set<RowNote>,
): readonly ('all' | 'newsletter')[] {
  const optOuts = columns.filter(
    (name) => name.startsWith('Opted out of email: ') && !name.endsWith('One to One'),
  );
  const answers = ['Unsubscribed from all email', ...optOuts].map((name) => ({ name, answer: cell(name) }));
  if (answers.some(({ answer }) => !YES.test(answer) && !NO.test(answer))) notes.add('answer-unclear');
  const refused = answers.filter(({ answer }) => YES.test(answer)).map(({ name }) => name);
  if (refused.includes('Unsubscribed from all email')) return ['all'];
  return refused.length > 0 ? ['newsletter'] : [];
}

function collectedOn(text: string, now: string, notes: Set<RowNote>): string | undefined {
  const instant = parisInstant(text);
  const isUsable = instant !== undefined && instant <= now;
  if (text !== '' && !isUsable) notes.add('date-unusable');
  return isUsable ? instant : undefined;
}
