import type { ProblemBody, Session } from './api.js';
import type { Narrator } from './narrator.js';
import type { DemoLanguage, DemoOptions } from './options.js';
import type { Texts } from './texts/fr.js';

/** What every chapter plays with. */
export interface Stage {
  readonly options: DemoOptions;
  readonly language: DemoLanguage;
  readonly texts: Texts;
  readonly narrator: Narrator;
  /** The folder of this demonstration. */
  readonly home: string;
  readonly service: Session;
  readonly operator: Session;
  readonly dpo: Session;
  readonly auditor: Session;
  readonly analyst: Session;
}

/** What the shop declared, by the ids that the ledger gave. */
export interface Shop {
  readonly newsletterId: string;
  readonly callsId: string;
  readonly noticeId: string;
  readonly formId: string;
}

/** The instant some days before the demonstration began. */
export function daysAgo(days: number): string {
  return new Date(BEGAN - days * DAY_MS).toISOString();
}

const DAY_MS = 86_400_000;
const BEGAN = Date.now();

/** A day as people write it. */
export function dayText(instant: string, language: DemoLanguage): string {
  const options = { day: 'numeric', month: 'long', timeZone: 'Europe/Paris' } as const;
  return new Date(instant).toLocaleDateString(language === 'fr' ? 'fr-FR' : 'en-GB', options);
}

/** Shows a problem document as the server worded it. */
export function showProblem({ narrator }: Stage, { status, code, title, detail, wayOut }: ProblemBody): void {
  narrator.show(
    `${String(status)} ${code} · ${title}`,
    detail,
    ...(wayOut === undefined ? [] : [`→ ${wayOut}`]),
  );
}
