import type { UiLanguage } from '../problems/problem-type.js';
import { html, type Html } from './html.js';

const words = {
  fr: {
    skip: 'Aller au contenu',
    home: 'Greffe, accueil',
    nav: 'Navigation',
    api: 'API',
    problems: 'Problèmes',
  },
  en: { skip: 'Skip to content', home: 'Greffe, home', nav: 'Navigation', api: 'API', problems: 'Problems' },
} as const;

/** A whole page around its content, for those who run or use the ledger. */
export function pageOf(language: UiLanguage, title: string, content: Html): string {
  const { home, nav, api, problems } = words[language];
  const header = html`<header>
    <a href="/" aria-label="${home}">Greffe</a>
    <nav aria-label="${nav}"><a href="/docs">${api}</a> <a href="/problems">${problems}</a></nav>
  </header>`;
  return documentOf(language, `${title} – Greffe`, header, content);
}

/** A whole page for the person concerned: what they came for, and nothing else. */
export function personPageOf(language: UiLanguage, title: string, content: Html): string {
  return documentOf(language, title, html``, content);
}

function documentOf(language: UiLanguage, title: string, header: Html, content: Html): string {
  const { skip } = words[language];
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title}</title>
        <link rel="stylesheet" href="/assets/pages.css" />
      </head>
      <body>
        <a class="skip" href="#content">${skip}</a>
        ${header}
        <main id="content">${content}</main>
      </body>
    </html> `.markup;
}
