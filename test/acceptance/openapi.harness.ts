import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { isApiScope, roles, scopesOfRole, type Role } from '#http';
import type { Answer, Client } from './client.harness.js';

// What the server's own OpenAPI document says, for tests that hold it to its word.

type Schema = Readonly<Record<string, unknown>>;

/** A parameter of an operation. */
export interface DocumentedParameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Media {
  readonly schema?: Schema;
  readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}

/** One operation of the document. */
export interface Operation {
  readonly method: string;
  /** With `{parameters}`. */
  readonly path: string;
  readonly name: string;
  readonly parameters: readonly DocumentedParameter[];
  readonly security?: readonly { readonly bearer: readonly string[] }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The document that a server publishes. */
export class PublishedApi {
  private readonly validators = new Map<string, ValidateFunction>();
  private readonly ajv: Ajv2020;

  private constructor(private readonly document: OpenApiDocument) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true, formats: FORMATS });
    this.ajv.addSchema({ $id: 'api', components: { schemas: closed(document.components.schemas) } });
  }

  static async of(client: Client): Promise<PublishedApi> {
    const { body } = await client.get('/openapi.json');
    return new PublishedApi(body as OpenApiDocument);
  }

  /** Every operation, in the order of the document. */
  get operations(): readonly Operation[] {
    return Object.entries(this.document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([verb, operation]) => {
        const method = verb.toUpperCase();
        return {
          ...operation,
          method,
          path,
          name: `${method} ${path}`,
          parameters: operation.parameters ?? [],
        };
      }),
    );
  }

  /**
   * What is wrong with an answer as the document sees it: a status, media type, member or value that is not in it.
   * Objects are taken as closed, since a member that the document does not name is one that nobody can rely on.
   */
  faultsOf({ name, responses }: Operation, { status, headers, body, text }: Answer): string[] {
    const declared = responses[String(status)];
    if (declared === undefined) return [`${String(status)} is not declared`];
    if (declared.content === undefined)
      return body === undefined ? [] : ['the shape of the answer is not declared'];
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    const media = declared.content[type];
    if (media?.schema === undefined) return [`${type} is not declared for ${String(status)}`];
    const validate = this.validatorOf(`${name} ${String(status)}`, media.schema);
    if (validate(type === 'text/csv' ? text : body)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) =>
        `${String(status)} ${instancePath}: ${message ?? ''} ${JSON.stringify(params)}`,
    );
  }

  /** The members that a body of the operation may have. */
  membersOf({ requestBody }: Operation): readonly (readonly [string, Schema])[] {
    const [media] = Object.values(requestBody?.content ?? {});
    const { properties = {} } = this.resolved(media?.schema ?? {});
    return Object.entries(properties as Readonly<Record<string, Schema>>);
  }

  private resolved(schema: Schema): Schema {
    const reference = schema['$ref'];
    if (typeof reference !== 'string') return schema;
    const found = this.document.components.schemas[reference.replace('#/components/schemas/', '')];
    if (found === undefined) throw new Error(`${reference} leads nowhere`);
    return found;
  }

  private validatorOf(key: string, schema: Schema): ValidateFunction {
    const known = this.validators.get(key);
    if (known !== undefined) return known;
    const made = this.ajv.compile(inDocument(schema) as Schema);
    this.validators.set(key, made);
    return made;
  }
}

/** The scope that an operation asks for; none on public ones. */
export function scopeOf({ security }: Operation): string | undefined {
  return security?.[0]?.bearer[0];
}

/** A role that may call the operation. */
export function roleFor(operation: Operation): Role | undefined {
  const scope = scopeOf(operation);
  if (scope === undefined || !isApiScope(scope)) return undefined;
  return (['dpo', ...roles] as const).find((role) => scopesOfRole[role].includes(scope));
}

/** Whether an operation takes a file of CSV. */
export function takesCsv({ requestBody }: Operation): boolean {
  return Object.keys(requestBody?.content ?? {}).includes('text/csv');
}

/** The example of an operation's body. */
export function exampleBody({ requestBody }: Operation): unknown {
  const [media] = Object.values(requestBody?.content ?? {});
  return media?.examples?.['example']?.value;
}

/** Ids by the name of the member or parameter that holds them. */
export type Ids = Readonly<Record<string, string>>;

/** The same body, in which ids name what exists; a member of another name or value stays as the document has it. */
export function withIds(value: unknown, ids: Ids, name = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => withIds(item, ids, name.replace(/s$/, '')));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([member, inner]) => [member, withIds(inner, ids, member)]),
    );
  }
  return typeof value === 'string' && UUID.test(value) ? (ids[name] ?? value) : value;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const FORMATS = {
  uuid: UUID,
  date: /^\d{4}-\d\d-\d\d$/,
  'date-time': (text: string) =>
    /^\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text)),
};

/** The same schemas, in which objects have no other members than those named. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const members = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, closed(value)]));
  const isOpenObject =
    'properties' in schema && !('additionalProperties' in schema) && schema.properties !== null;
  return isOpenObject && 'type' in schema ? { ...members, additionalProperties: false } : members;
}

/** References of a schema as they lead into the document that the validator knows. */
function inDocument(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"api#/components/')) as unknown;
}
