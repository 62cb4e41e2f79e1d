import { html, pageOf, type Html, type UiLanguage } from '#http';
import type {
  CallRuleDto,
  CodeDto,
  PolicyDto,
  PolicyRuleDto,
  PolicyVersionDto,
  RequirementDto,
  SwitchDto,
} from './policy.dto.js';

const words = {
  fr: {
    title: 'Les règles de prospection',
    intro: (day: string) => `Ce que le registre applique pour un contact du ${day}.`,
    version: (version: string, lawAsOf: string) => `Version ${version}, droit lu le ${lawAsOf}.`,
    day: 'Jour (heure de Paris)',
    show: 'Afficher',
    rules: 'Qui peut être contacté, et à quelle condition',
    rule: 'Règle',
    who: 'Canal, public, relation',
    result: 'Ce qu’il faut',
    when: 'Du, au (inclus)',
    source: 'Source et certitude',
    evidence: 'À prouver :',
    duties: 'À faire :',
    where: 'Si :',
    open: 'sans fin connue',
    fallback: 'Sans règle',
    calls: 'Jours, heures et nombre d’appels',
    perDays: (max: number, days: number) =>
      `${String(max)} par professionnel en ${String(days)} jours calendaires`,
    soft: 'Exception client et consentement aux appels : ce qu’il faut réunir',
    messages: 'Ce que tout message ou appel doit',
    unstable: 'Droit incertain, et comment il est traité',
    unchecked: 'Dit, et vérifié par personne : jamais appliqué',
    none: 'Rien ce jour-là.',
    unknown: 'Aucune règle n’est connue pour ce jour',
    unknownMore: (from: string) =>
      `Le registre ne devine pas le droit : il connaît celui des jours à partir du ${from}.`,
    versions: 'Versions, et depuis quand ce registre répond d’après elles',
    versionHead: 'Version',
    lawAsOf: 'Droit lu le',
    since: 'En vigueur depuis (heure de Paris)',
    never: 'jamais dans ce registre',
    hash: 'Empreinte SHA-256',
    legal: 'Ceci n’est pas un conseil juridique.',
  },
  en: {
    title: 'The rules on prospecting',
    intro: (day: string) => `What the ledger applies to a contact on ${day}.`,
    version: (version: string, lawAsOf: string) => `Version ${version}, law as read on ${lawAsOf}.`,
    day: 'Day (Paris time)',
    show: 'Show',
    rules: 'Who may be contacted, and on what condition',
    rule: 'Rule',
    who: 'Channel, audience, relation',
    result: 'What is needed',
    when: 'From, to (inclusive)',
    source: 'Source and certainty',
    evidence: 'To show:',
    duties: 'To do:',
    where: 'Where:',
    open: 'no end known',
    fallback: 'Without a rule',
    calls: 'Days, hours and number of calls',
    perDays: (max: number, days: number) =>
      `${String(max)} per professional in ${String(days)} calendar days`,
    soft: 'Soft opt-in and consent to be called: what must come together',
    messages: 'What every message or call owes',
    unstable: 'Unsettled law, and how it is treated',
    unchecked: 'Told, and checked by nobody: never applied',
    none: 'Nothing on that day.',
    unknown: 'No rules are known for that day',
    unknownMore: (from: string) =>
      `The ledger does not guess the law: it knows that of the days from ${from} on.`,
    versions: 'Versions, and since when this ledger answers by them',
    versionHead: 'Version',
    lawAsOf: 'Law as read on',
    since: 'In force since (Paris time)',
    never: 'never in this ledger',
    hash: 'SHA-256',
    legal: 'This is not legal advice.',
  },
} as const;

type PageWords = (typeof words)[UiLanguage];
type Dated = Pick<PolicyRuleDto, 'from' | 'to' | 'source' | 'certainty'>;

/** The rules of a day as people read them: tables with dates, sources and how certain each row is. */
export function policyPage(language: UiLanguage, policy: PolicyDto): string {
  const w = words[language];
  return pageOf(
    language,
    w.title,
    html`<h1>${w.title}</h1>
      <p>${w.intro(policy.at)} ${w.version(policy.version, policy.lawAsOf)}</p>
      ${dayForm(w, policy.at)}
      <h2>${w.rules}</h2>
      ${table(
        w.rules,
        [w.rule, w.who, w.result, w.when, w.source],
        [...policy.rules.map((rule) => ruleRow(w, rule)), fallbackRow(w, policy)],
      )}
      <h2>${w.calls}</h2>
      ${rowsOrNone(
        w,
        w.calls,
        policy.callRules.map((rule) => callRow(w, rule)),
      )}
      <h2>${w.soft}</h2>
      ${rowsOrNone(
        w,
        w.soft,
        policy.requirements.map((one) => requirementRow(w, one)),
      )}
      <h2>${w.messages}</h2>
      ${rowsOrNone(
        w,
        w.messages,
        policy.obligations.map((one) => [
          html`${one.ruleId}`,
          html`${one.meaning} <span class="soft">${textsOf(one.channels)}</span>`,
          ...dated(w, one),
        ]),
      )}
      <h2>${w.unstable}</h2>
      ${rowsOrNone(
        w,
        w.unstable,
        policy.switches.map((one) => switchRow(w, one)),
      )}
      <h2>${w.unchecked}</h2>
      ${rowsOrNone(
        w,
        w.unchecked,
        policy.unverified.map((one) => [html`${one.ruleId}`, html`${one.meaning}`, ...dated(w, one)]),
      )}
      <h2>${w.versions}</h2>
      ${table(
        w.versions,
        [w.versionHead, w.lawAsOf, w.since, w.hash],
        policy.versions.map((one) => versionRow(w, language, one)),
      )}
      <p class="soft">${w.legal}</p>`,
  );
}

/** Says that no policy speaks about a day. */
export function unknownDayPage(language: UiLanguage, day: string, from: string): string {
  const w = words[language];
  return pageOf(
    language,
    w.unknown,
    html`<h1>${w.unknown}</h1>
      <p>${w.unknownMore(from)}</p>
      ${dayForm(w, day)}`,
  );
}

function dayForm(w: PageWords, day: string): Html {
  return html`<form method="get" action="/policy">
    <p>
      <label for="at">${w.day}</label> <input id="at" name="at" type="date" value="${day}" required />
      <button type="submit">${w.show}</button>
    </p>
  </form>`;
}

function ruleRow(w: PageWords, rule: PolicyRuleDto): readonly Html[] {
  const { channels, audiences, relations, sectors, goods, conditions } = rule;
  const who = [channels, audiences, relations, sectors, goods].map(textsOf).filter((text) => text !== '');
  return [
    html`<strong>${rule.ruleId}</strong><br />${rule.meaning}`,
    html`${who.join(' ; ')} ${told(w.where, conditions)}`,
    html`<strong>${rule.result.text}</strong> ${told(w.evidence, rule.evidence)}
      ${told(w.duties, rule.duties)}`,
    ...dated(w, rule),
  ];
}

function fallbackRow(w: PageWords, { fallback }: PolicyDto): readonly Html[] {
  const { ruleId, meaning, result } = fallback;
  return [
    html`<strong>${ruleId}</strong><br />${meaning}`,
    html`${w.fallback}`,
    html`<strong>${result.text}</strong>`,
    html``,
    html``,
  ];
}

function callRow(w: PageWords, rule: CallRuleDto): readonly Html[] {
  const hours = rule.hours.map(({ from, until }) => `${from}–${until}`).join(', ');
  return [
    html`${rule.ruleId}`,
    html`${rule.meaning} ${hours} ; ${w.perDays(rule.maxCalls, rule.perDays)}. ${rule.derogation}`,
    ...dated(w, rule),
  ];
}

function requirementRow(w: PageWords, one: RequirementDto): readonly Html[] {
  return [html`${one.group.text}`, html`${one.meaning}`, ...dated(w, one)];
}

function versionRow(
  w: PageWords,
  language: UiLanguage,
  { version, lawAsOf, activatedAt, sha256 }: PolicyVersionDto,
): readonly Html[] {
  const since = activatedAt === undefined ? html`${w.never}` : html`${atTime(activatedAt, language)}`;
  return [html`${nowrap(version)}`, html`${nowrap(lawAsOf)}`, since, html`<code>${sha256}</code>`];
}

/** Day and time of an instant in Paris. */
function atTime(instant: string, language: UiLanguage): string {
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    ...({ dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Paris' } as const),
  }).format(new Date(instant));
}

function switchRow(w: PageWords, one: SwitchDto): readonly Html[] {
  return [html`${one.text}<br /><strong>${one.state.text}</strong>`, html`${one.meaning}`, ...dated(w, one)];
}

function dated(w: PageWords, { from, to, source, certainty }: Dated): readonly Html[] {
  return [
    html`${nowrap(from)}<br />${to === undefined ? w.open : nowrap(to)}`,
    html`${source}<br /><em>${textsOf(certainty)}</em>`,
  ];
}

function nowrap(text: string): Html {
  return html`<span class="nowrap">${text}</span>`;
}

function told(label: string, codes: readonly CodeDto[]): Html {
  return codes.length === 0 ? html`` : html`<br />${label} ${textsOf(codes)}`;
}

function textsOf(codes: readonly CodeDto[]): string {
  return codes.map(({ text }) => text).join(', ');
}

function rowsOrNone(w: PageWords, name: string, rows: readonly (readonly Html[])[]): Html {
  if (rows.length === 0) return html`<p>${w.none}</p>`;
  return table(name, [w.rule, w.result, w.when, w.source], rows);
}

/** A table that scrolls on its own where the window is narrow, by the keyboard too. */
function table(name: string, heads: readonly string[], rows: readonly (readonly Html[])[]): Html {
  return html`<div class="wide" role="region" aria-label="${name}" tabindex="0">
    <table>
      <thead>
        <tr>
          ${heads.map((head) => html`<th scope="col">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (cells) =>
            html`<tr>
              ${cells.map((cell) => html`<td>${cell}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
