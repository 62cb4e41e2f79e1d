import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Controller, Inject, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { DOCS_POLICY } from '../app/security-headers.js';
import { html } from '../pages/html.js';
import type { UiLanguage } from '../problems/problem-type.js';
import { Problem } from '../problems/problem.js';
import { PublicGet } from '../routes/ledger-routes.js';
import { Lang, shapedParam } from '../routes/parameters.js';
import { text } from '../validation/text-shapes.js';
import { ApiDocument } from './api-document.js';

/** Files of the bundled Swagger UI that we serve; none of them reaches out to another origin. */
const ASSETS: Readonly<Record<string, string>> = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
};

/** Starts the page. The validator badge would send our address to a third party, so it is switched off. */
const START_JS = `window.ui = SwaggerUIBundle({
  url: '/openapi.json', dom_id: '#swagger-ui', deepLinking: true, validatorUrl: null, persistAuthorization: false,
  displayRequestDuration: true, tryItOutEnabled: true, docExpansion: 'list', defaultModelsExpandDepth: 0,
});
`;

/** What stands around the documentation; the rest of the page brings its own style. */
const AROUND_CSS = `body { margin: 0; }
header { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; align-items: baseline; max-width: 1460px; margin: 0 auto; padding: 1rem 20px; font: 1rem/1.5 system-ui, sans-serif; color: #1b1b1f; }
header p { margin: 0; flex-basis: 100%; color: #55555f; }
header a { color: #0b4f9e; }
header a:focus-visible { outline: 3px solid #0b4f9e; outline-offset: 2px; }
noscript { display: block; max-width: 1460px; margin: 0 auto; padding: 1rem 20px; font: 1rem/1.5 system-ui, sans-serif; }
`;

const folder = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/swagger-ui.css'));

/** The API documentation: its description, and a page to read and try it. */
@ApiExcludeController()
@Controller()
export class DocsController {
  constructor(@Inject(ApiDocument) private readonly document: ApiDocument) {}

  @PublicGet('openapi.json', { summary: 'OpenAPI description of this API.' })
  openapi(): object {
    return this.document.get();
  }

  @PublicGet('docs', { summary: 'The API documentation as a page.' })
  page(@Lang() language: UiLanguage, @Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.headers({
      'content-type': 'text/html; charset=utf-8',
      'content-language': language,
      'content-security-policy': DOCS_POLICY,
      vary: 'accept-language',
    });
    return docsPage(language);
  }

  @PublicGet('docs/start.js', { summary: 'Starts the documentation page.' })
  start(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-type', 'text/javascript; charset=utf-8');
    return START_JS;
  }

  @PublicGet('docs/around.css', { summary: 'Style of what stands around the documentation.' })
  style(@Res({ passthrough: true }) reply: FastifyReply): string {
    void reply.header('content-type', 'text/css; charset=utf-8');
    return AROUND_CSS;
  }

  @PublicGet('docs/:file', { summary: 'A file of the documentation page.' })
  async asset(
    @shapedParam('file', text({ max: 40 })) file: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<Buffer> {
    const type = Object.hasOwn(ASSETS, file) ? ASSETS[file] : undefined;
    if (type === undefined) throw new Problem('not-found');
    void reply.headers({ 'content-type': type, 'cache-control': 'public, max-age=3600' });
    return readFile(join(folder, file));
  }
}

function docsPage(language: UiLanguage): string {
  const words = {
    fr: {
      title: 'API de Greffe',
      home: 'Accueil',
      problems: 'Problèmes et comment en sortir',
      about:
        'La description des routes est en anglais. Les réponses qui se lisent (erreurs, chronologies) sont en français pour qui envoie « Accept-Language: fr ».',
      noscript: 'Cette page a besoin de JavaScript ; la description complète est dans',
    },
    en: {
      title: 'Greffe API',
      home: 'Home',
      problems: 'Problems and ways out',
      about:
        'Answers that people read (errors, timelines) are in French for whoever sends `Accept-Language: fr`.',
      noscript: 'This page needs JavaScript; the whole description is in',
    },
  }[language];
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${words.title}</title>
        <link rel="icon" href="/docs/favicon-32x32.png" />
        <link rel="stylesheet" href="/docs/swagger-ui.css" />
        <link rel="stylesheet" href="/docs/around.css" />
      </head>
      <body>
        <header>
          <a href="/">${words.home}</a>
          <a href="/problems">${words.problems}</a>
          <p>${words.about}</p>
        </header>
        <main id="swagger-ui" lang="en">
          <noscript lang="${language}">${words.noscript} <a href="/openapi.json">/openapi.json</a>.</noscript>
        </main>
        <script src="/docs/swagger-ui-bundle.js"></script>
        <script src="/docs/start.js"></script>
      </body>
    </html> `.markup;
}
