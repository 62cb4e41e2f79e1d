import { html, type Html } from './pages/html.js';
import { pageOf } from './pages/layout.js';
import { isProblemCode, problems, type ProblemCode } from './problems.js';
import type { ProblemType, RetryHint, UiLanguage } from './problems/problem-type.js';

const labels = {
  fr: {
    status: 'Statut HTTP',
    meaning: 'Ce que cela signifie',
    wayOut: 'Que faire',
    again: 'Renvoyer la requête ?',
    all: 'Tous les problèmes',
  },
  en: {
    status: 'HTTP status',
    meaning: 'What it means',
    wayOut: 'What to do',
    again: 'Send it again?',
    all: 'All problems',
  },
} as const;

const again: Readonly<Record<UiLanguage, Readonly<Record<RetryHint, string>>>> = {
  fr: {
    no: 'Non : la même requête aura la même réponse.',
    change: 'Oui, une fois corrigée.',
    later: 'Oui, inchangée et avec la même clé d’idempotence, après la durée de « Retry-After ».',
  },
  en: {
    no: 'No: the same request will get the same answer.',
    change: 'Yes, once it is corrected.',
    later: 'Yes, unchanged and with the same idempotency key, after the time in `Retry-After`.',
  },
};

/** Every code, in alphabetical order. */
export const problemSlugs: readonly ProblemCode[] = Object.keys(problems).filter(isProblemCode).sort();

/** The page of one problem for the documentation folder, in both languages: `apps/docs/problems/<code>.md`. */
export function problemMarkdown(code: ProblemCode): string {
  const type = problems[code];
  const sections = (['fr', 'en'] as const).map((language) => markdownSection(type, language));
  return `# \`${code}\`\n\n<!-- Generated from libs/http/src/problems.ts by \`npm run docs:problems\`. -->\n\n${sections.join('\n')}`;
}

function markdownSection(type: ProblemType, language: UiLanguage): string {
  const label = labels[language];
  const { title, detail, wayOut } = type[language];
  return [
    `## ${title}`,
    `${label.status}: \`${String(type.status)}\``,
    `**${label.meaning}.** ${detail}`,
    `**${label.wayOut}.** ${wayOut}`,
    `**${label.again}** ${again[language][type.retry]}\n`,
  ].join('\n\n');
}

/** The table of contents of the documentation folder: `apps/docs/problems/README.md`. */
export function problemIndexMarkdown(): string {
  const rows = problemSlugs.map((code) => {
    const { status, fr, en } = problems[code];
    return `| [\`${code}\`](./${code}.md) | ${String(status)} | ${fr.title} | ${en.title} |`;
  });
  const head = '| Code | HTTP | Français | English |\n|---|---|---|---|';
  return `# Problems\n\n<!-- Generated from libs/http/src/problems.ts by \`npm run docs:problems\`. -->\n\nEvery error is a problem document (RFC 9457) whose \`type\` is \`/problems/<code>\`. · Chaque erreur est un document « problem » (RFC 9457) dont le \`type\` est \`/problems/<code>\`.\n\n${head}\n${rows.join('\n')}\n`;
}

/** The same page as the server shows it, in one language. */
export function problemPage(code: ProblemCode, language: UiLanguage): string {
  const type = problems[code];
  const { title, detail, wayOut } = type[language];
  const label = labels[language];
  const content = html`<h1>${title}</h1>
    <p class="soft"><code>${code}</code> · ${label.status} ${type.status}</p>
    <dl>
      <dt>${label.meaning}</dt>
      <dd>${detail}</dd>
      <dt>${label.wayOut}</dt>
      <dd>${wayOut}</dd>
      <dt>${label.again}</dt>
      <dd>${again[language][type.retry]}</dd>
    </dl>
    <p><a href="/problems">${label.all}</a></p>`;
  return pageOf(language, title, content);
}

/** All problems with their titles, each leading to its page. */
export function problemIndexPage(language: UiLanguage): string {
  const { all } = labels[language];
  const items: readonly Html[] = problemSlugs.map((code) => {
    const { status, [language]: words } = problems[code];
    return html`<li>
      <a href="/problems/${code}">${words.title}</a>
      <span class="soft"><code>${code}</code> · ${status}</span>
    </li> `;
  });
  return pageOf(
    language,
    all,
    html`<h1>${all}</h1>
      <ul>
        ${items}
      </ul>`,
  );
}
