import type { UiLanguage } from '../problems/problem-type.js';
import { html, type Html } from './html.js';
import { pageOf } from './layout.js';

/** What the landing page says about this installation. */
export interface LandingFacts {
  /** Address as visitors reach it, without a slash at the end. */
  readonly url: string;
  /** A development issuer hands out tokens. */
  readonly hasDevelopmentIssuer: boolean;
}

const words = {
  fr: {
    title: 'Le registre des consentements',
    what: 'Greffe est un registre de conformité RGPD : chaque consentement, retrait, opposition, limitation et effacement y est un fait daté, qui ne se modifie pas et se prouve.',
    how: 'Un service lui dit ce qu’une personne a choisi, et lui demande avant chaque envoi s’il peut la contacter, pour quelle finalité et par quel canal.',
    next: 'Par où commencer',
    docs: 'Documentation de l’API',
    docsMore: 'toutes les routes, avec des exemples que l’on peut exécuter',
    spec: 'Description OpenAPI',
    specMore: 'pour générer un client',
    policy: 'Les règles de prospection',
    policyMore: 'qui peut être contacté, jour par jour, avec les sources',
    problems: 'Les problèmes et comment en sortir',
    problemsMore: 'chaque code d’erreur, en clair',
    ready: 'État de l’installation',
    readyMore: 'ce qui répond et ce qui ne répond pas',
    token: 'Obtenir un jeton d’essai',
    tokenMore:
      'Cette installation est un essai : elle donne un jeton de n’importe quel rôle, sur cette machine seulement.',
    use: 'Puis une première question au registre :',
    credentials: 'Les jetons viennent du fournisseur d’identité de votre organisation.',
  },
  en: {
    title: 'The registry of consents',
    what: 'Greffe is a GDPR compliance ledger: each consent, withdrawal, objection, restriction and erasure in it is a dated fact that is never altered and can be proven.',
    how: 'A service tells it what a person chose, and asks before each message whether it may contact them, for which purpose and on which channel.',
    next: 'Where to start',
    docs: 'API documentation',
    docsMore: 'every route, with examples that can be executed',
    spec: 'OpenAPI description',
    specMore: 'to generate a client from',
    policy: 'The rules on prospecting',
    policyMore: 'who may be contacted, day by day, with the sources',
    problems: 'Problems and their way out',
    problemsMore: 'each error code in plain words',
    ready: 'State of this installation',
    readyMore: 'what answers and what does not',
    token: 'Get a token to try',
    tokenMore: 'This installation is for trying out: it gives a token of any role, on this machine only.',
    use: 'Then a first question to the ledger:',
    credentials: 'Tokens come from your organisation’s identity provider.',
  },
} as const;

/** The first page a visitor sees: what this is, and where to go on. */
export function landingPage(language: UiLanguage, facts: LandingFacts): string {
  const text = words[language];
  const content = html`<h1>${text.title}</h1>
    <p>${text.what}</p>
    <p>${text.how}</p>
    <h2>${text.next}</h2>
    <ul>
      <li><a href="/docs">${text.docs}</a> – ${text.docsMore}</li>
      <li><a href="/openapi.json">${text.spec}</a> – ${text.specMore}</li>
      <li><a href="/policy">${text.policy}</a> – ${text.policyMore}</li>
      <li><a href="/problems">${text.problems}</a> – ${text.problemsMore}</li>
      <li><a href="/readyz">${text.ready}</a> – ${text.readyMore}</li>
    </ul>
    ${howToGetIn(language, facts)}`;
  return pageOf(language, text.title, content);
}

function howToGetIn(language: UiLanguage, { url, hasDevelopmentIssuer }: LandingFacts): Html {
  const { token, tokenMore, use, credentials } = words[language];
  if (!hasDevelopmentIssuer) return html`<p class="soft">${credentials}</p>`;
  return html`<h2>${token}</h2>
    <p>${tokenMore}</p>
    <pre><code>TOKEN=$(curl -s ${url}/dev/token -H 'content-type: application/json' \\
  -d '{"role":"dpo"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')</code></pre>
    <p>${use}</p>
    <pre><code>curl -s ${url}/v1/register -H "authorization: Bearer $TOKEN"</code></pre>`;
}
