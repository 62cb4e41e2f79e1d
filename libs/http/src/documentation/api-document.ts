import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** The OpenAPI description, made when it is first asked for. */
export class ApiDocument {
  private document: OpenAPIObject | undefined;
  private app: INestApplication | undefined;

  constructor(private readonly about: { readonly version: string; readonly url: string }) {}

  /** Names the application that is described. */
  describe(app: INestApplication): void {
    this.app = app;
  }

  /** The description. Throws before the application stands. */
  get(): OpenAPIObject {
    if (this.app === undefined) throw new Error('The API is not known before the application stands.');
    this.document ??= documentOf(this.app, this.about);
    return this.document;
  }
}

const ABOUT = `Greffe keeps what people allowed and forbade as facts that are never altered.

* **Errors** are problem documents (RFC 9457); each \`type\` has a page under \`/problems\`. Send \`Accept-Language: fr\` for French.
* **Commands** take an \`Idempotency-Key\`: the same key with the same body gets the same answer, and counts once. They answer a \`token\`; reads take it as \`minToken\`.
* **Writes that replace** take \`If-Match\` with the \`ETag\` that was read.
* **Lists** are read page by page with \`limit\` and \`cursor\`.
* Personal data never stand in an address: looking somebody up is a \`POST\`.`;

function documentOf(
  app: INestApplication,
  { version, url }: { version: string; url: string },
): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Greffe')
    .setDescription(ABOUT)
    .setVersion(version)
    .setOpenAPIVersion('3.1.0')
    .addServer(url)
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'Access token of your OIDC issuer, or a static service key (`grf_…`).',
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components ??= {};
  document.components.schemas = { ...document.components.schemas, Problem: PROBLEM_SCHEMA };
  return document;
}

const text = { type: 'string' } as const;

const PROBLEM_SCHEMA = {
  type: 'object',
  description: 'RFC 9457. Programs switch on `code`; people read `title`, `detail` and `wayOut`.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code'],
  properties: {
    type: { ...text, example: '/problems/invalid-request' },
    title: text,
    status: { type: 'integer', example: 400 },
    detail: text,
    instance: { ...text, description: 'URN under which the log knows this request.' },
    code: { ...text, example: 'invalid-request' },
    wayOut: { ...text, description: 'What the reader can do about it.' },
    note: { ...text, description: 'For developers, in English.' },
    about: {
      type: 'object',
      additionalProperties: text,
      description: 'Ids and instants of what stands in the way.',
      example: { requestId: '3f2b8c1e-5d4a-4f6b-9c7d-1e2f3a4b5c6d', expiresAt: '2026-11-30T10:00:00.000Z' },
    },
    currentRevision: { type: 'integer' },
    token: text,
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'code', 'detail'],
        properties: {
          pointer: {
            ...text,
            description: 'JSON pointer into the body, `?name` of a query, `{name}` of path or header.',
          },
          code: text,
          detail: text,
        },
      },
    },
  },
};
