import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { listRoutes } from '../app/create-http-app.js';
import { DemoCommand, DemoModule } from '../app/demo.fixture.js';
import { startTestApp, type TestApp } from '../app/http-app.fixture.js';
import { exampleOf } from '../validation/example.js';

// Goal: the description of the API is what the server does: every route is in it with its rights, headers and
// problems, and every example that it shows can be sent as it stands.

interface Operation {
  readonly summary?: string;
  readonly description?: string;
  readonly security?: unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema?: { readonly example?: unknown };
  }[];
  readonly requestBody?: {
    readonly content: Record<
      string,
      { readonly schema: object; readonly examples?: Record<string, { readonly value: unknown }> }
    >;
  };
  readonly responses: Record<string, { readonly content?: Record<string, { readonly schema: object }> }>;
}

let server: TestApp;
let document: OpenAPIObject;
let dpo: string;
beforeAll(async () => {
  server = await startTestApp(DemoModule);
  document = (await server.send({ path: '/openapi.json' })).json;
  dpo = await server.token('dpo');
});
afterAll(() => server.app.close());

const operationOf = (method: string, path: string): Operation | undefined =>
  (document.paths[path] as Record<string, Operation> | undefined)?.[method.toLowerCase()];

function operations(): { readonly method: string; readonly path: string; readonly operation: Operation }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods as Record<string, Operation>).map(([method, operation]) => ({
      method,
      path,
      operation,
    })),
  );
}

describe('the OpenAPI description', () => {
  it('describes every route under /v1, with its right', () => {
    for (const { method, path, plan } of listRoutes(server.app).filter((route) =>
      route.path.startsWith('/v1'),
    )) {
      const operation = operationOf(method, path.replace(/:(\w+)/g, '{$1}'));
      expect([path, operation?.summary]).toEqual([path, expect.any(String)]);
      if (plan.access.kind === 'scope') {
        expect(operation?.description).toContain(`\`${plan.access.scope}\``);
        expect(operation?.security).toEqual([{ bearer: [plan.access.scope] }]);
      } else {
        expect(operation?.security).toBeUndefined();
      }
    }
  });

  it('names the headers that a command takes', () => {
    const headers = (method: string, path: string) =>
      operationOf(method, path)
        ?.parameters?.filter((parameter) => parameter.in === 'header')
        .map(({ name, required }) => [name, required]);
    expect(headers('POST', '/v1/demo/subjects/{subjectId}/consents')).toEqual([['Idempotency-Key', true]]);
    expect(headers('POST', '/v1/demo/subjects/{subjectId}/withdrawals')).toEqual([
      ['Idempotency-Key', false],
    ]);
    expect(headers('PUT', '/v1/demo/activities/{activityId}')).toEqual([
      ['Idempotency-Key', false],
      ['If-Match', true],
    ]);
    expect(headers('GET', '/v1/demo/list')).toEqual([]);
  });

  it('describes every failure as a problem document', () => {
    const { responses } = operationOf('PUT', '/v1/demo/activities/{activityId}') ?? { responses: {} };
    expect(Object.keys(responses).sort()).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '410',
      '412',
      '413',
      '415',
      '422',
      '428',
      '503',
    ]);
    for (const [status, { content }] of Object.entries(responses)) {
      if (Number(status) < 400) continue;
      expect(content?.['application/problem+json']?.schema).toEqual({ $ref: '#/components/schemas/Problem' });
    }
    expect(document.components?.schemas?.['Problem']).toBeDefined();
  });

  it('describes bodies with their rules, nested ones and fixed words too', () => {
    expect(document.components?.schemas?.['DemoChoice']).toMatchObject({
      required: ['purposeId', 'channels'],
      properties: {
        purposeId: { anyOf: [{ type: 'string', format: 'uuid' }, { enum: ['all'] }] },
        channels: { type: 'array', minItems: 1, items: { enum: ['email', 'sms-mms', 'post'] } },
      },
    });
    expect(document.components?.schemas?.['DemoCommand']).toMatchObject({
      required: ['choices'],
      properties: {
        choices: { type: 'array', minItems: 1, items: { $ref: '#/components/schemas/DemoChoice' } },
      },
    });
  });

  it('describes the parameters of a list', () => {
    const parameters = operationOf('GET', '/v1/demo/list')?.parameters ?? [];
    expect(parameters.map(({ name, required }) => [name, required])).toEqual([
      ['minToken', false],
      ['limit', false],
      ['cursor', false],
    ]);
    expect(parameters[1]?.schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 500, default: 100 });
  });

  it('refers to nothing that is not in it', () => {
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)];
    expect(references.length).toBeGreaterThan(5);
    for (const [, name = ''] of references) expect(document.components?.schemas).toHaveProperty(name);
  });

  it('shows only examples that can be sent as they stand', async () => {
    const withBody = operations().filter(({ operation }) => operation.requestBody !== undefined);
    expect(withBody.length).toBeGreaterThan(3);
    for (const { method, path, operation } of withBody) {
      const [type = '', media] = Object.entries(operation.requestBody?.content ?? {})[0] ?? [];
      const example = media?.examples?.['example']?.value;
      expect([path, typeof example]).toEqual([path, 'object']);
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const parameter = operation.parameters?.find((one) => one.name === name);
        return String(parameter?.schema?.example);
      });
      const isForm = path.endsWith('/form');
      const body = isForm ? new URLSearchParams(example as Record<string, string>).toString() : example;
      const headers = {
        'idempotency-key': path,
        'content-type': isForm ? 'application/x-www-form-urlencoded' : type,
      };
      const { status, text } = await server.send({
        method: method.toUpperCase(),
        path: address,
        as: dpo,
        headers,
        json: body,
      });
      expect([path, status < 300 ? 'done' : text]).toEqual([path, 'done']);
    }
  });

  it('has the very example of the class', () => {
    const media = operationOf('POST', '/v1/demo/subjects/{subjectId}/consents')?.requestBody?.content[
      'application/json'
    ];
    expect(media?.examples?.['example']?.value).toEqual(exampleOf(DemoCommand));
  });
});

describe('the documentation page', () => {
  it('speaks French around a description that says it is English', async () => {
    const { text } = await server.send({ path: '/docs', headers: { 'accept-language': 'fr' } });
    expect(text).toContain('<html lang="fr">');
    expect(text).toContain('Problèmes et comment en sortir');
    expect(text).toContain('<main id="swagger-ui" lang="en">');
  });

  it('is served from bundled files, and reports to nobody', async () => {
    const page = await server.send({ path: '/docs' });
    expect(page.headers['content-security-policy']).toContain("script-src 'self'");
    for (const [, file = ''] of page.text.matchAll(/(?:href|src)="(\/docs\/[^"]+)"/g)) {
      expect([file, (await server.send({ path: file })).status]).toEqual([file, 200]);
    }
    expect((await server.send({ path: '/docs/around.css' })).headers['content-type']).toMatch(/^text\/css/);
    const start = await server.send({ path: '/docs/start.js' });
    expect(start.headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(start.text).toContain('validatorUrl: null');
    const bundle = await server.send({ path: '/docs/swagger-ui-bundle.js' });
    expect(bundle.text.length).toBeGreaterThan(100_000);
    expect(bundle.text).not.toContain('scarf.sh');
  });
});
