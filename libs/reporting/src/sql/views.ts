import { MINIMUM_CELL, STEP } from './disclosure.js';

/** A view that analysts read; once published its columns stay, a change is a new version beside it. */
export interface ReportingView {
  readonly name: string;
  /** The function that computes it. */
  readonly from: string;
  readonly comment: string;
  /** Column → what it means. */
  readonly columns: Readonly<Record<string, string>>;
}

const [min, step] = [String(MINIMUM_CELL), String(STEP)];
const SMALL = `Counts below ${min} are null, others rounded down to a multiple of ${step}, and there is no total.`;

/** The published views. */
export const reportingViews: readonly ReportingView[] = [
  {
    name: 'standing_consents_v1',
    from: 'standing_consents',
    comment: `People whose consent stands now, per purpose, channel and grade of proof. ${SMALL} A restriction (Art. 18) takes nobody out: it limits use, not what was said.`,
    columns: {
      purpose_id: 'Purpose (register: GET /v1/purposes).',
      purpose_code: 'Its short code; null while the register is being read.',
      purpose_name: 'Its name in French.',
      channel: 'Means of contact that the consent covers.',
      proof_grade:
        'How well it can be demonstrated (Art. 7(1)): strong, adequate, weak or undemonstrable, the last cannot carry a contact.',
      subjects: `People, rounded down to a multiple of ${step}; null: fewer than ${min}, perhaps none.`,
    },
  },
  {
    name: 'acts_per_day_v1',
    from: 'acts_per_day',
    comment: `Acts per day and event type, by when the ledger recorded them. A day and type with fewer than ${min} acts has no row; counts are rounded down to a multiple of ${step}, and there is no total.`,
    columns: {
      day: 'Day in Europe/Paris.',
      event_type: 'Event type (GET /v1/event-types says what each means).',
      acts: `Acts, rounded down to a multiple of ${step}.`,
    },
  },
  {
    name: 'register_lines_v1',
    from: 'register_lines',
    comment:
      'Lines of the register of processing activities (Art. 30) as described now, ended ones included.',
    columns: {
      activity_id: 'Line of the register.',
      reference: 'Its short code.',
      register: 'controller (Art. 30(1)) or processor (Art. 30(2)).',
      name: 'Name of the processing activity.',
      main_purpose: 'Main purpose in words; null for a processor.',
      subject_categories: 'Categories of persons.',
      data_categories: 'Categories of data.',
      recipient_types: 'Types of recipients.',
      transfer_countries: 'Third countries (ISO 3166-1) that data is transferred to.',
      recorded_on: 'Day on which the line was entered.',
      described_on: 'Day of its present description.',
      ended_on: 'Day on which the processing ended; null: it goes on.',
      ending: 'Why it ended.',
    },
  },
  {
    name: 'freshness_v1',
    from: 'freshness',
    comment: 'How far each read model is behind the ledger: what the other views rest on.',
    columns: {
      read_model: 'Read model: contact-state, register, acts-per-day …',
      holds_until: 'Minute up to which it holds the ledger.',
      is_current: 'Whether it holds everything that is recorded.',
    },
  },
];

/** SQL of the views with their documentation. A security barrier: no condition of a reader runs before the view's own. */
export function viewsSql(): string {
  return reportingViews.map(viewSql).join('\n');
}

function viewSql({ name, from, comment, columns }: ReportingView): string {
  const view = `reporting.${name}`;
  return [
    `CREATE OR REPLACE VIEW ${view} WITH (security_barrier = true) AS`,
    `  SELECT ${Object.keys(columns).join(', ')} FROM reporting_internal.${from}();`,
    `COMMENT ON VIEW ${view} IS ${quoted(comment)};`,
    ...Object.entries(columns).map(
      ([column, meaning]) => `COMMENT ON COLUMN ${view}.${column} IS ${quoted(meaning)};`,
    ),
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
