import { Type, type Static, type TSchema } from 'typebox';
import { scopes, type EventDefinition, type JsonSchema, type Message } from '#kernel';

/** One line of a context's event table: where it stands, its shape, and what it means. */
export interface EventDeclaration {
  readonly version: number;
  readonly category: string;
  readonly data: TSchema;
  readonly meaning: string;
}

/** The events of one context: the table itself and what the codec reads from it. */
export interface DeclaredEvents<D extends Record<string, EventDeclaration>> {
  readonly context: string;
  readonly table: D;
  readonly definitions: readonly EventDefinition[];
}

/** Declares all event types of a context. Types are for ever: a change of shape is a new version with an upcaster. */
export function declareEvents<const D extends Record<string, EventDeclaration>>(
  context: string,
  table: D,
): DeclaredEvents<D> {
  const definitions = Object.entries(table).map(([type, { version, category, data, meaning }]) => ({
    type,
    version,
    context,
    category,
    meaning,
    schema: data as unknown as JsonSchema,
  }));
  return { context, table, definitions };
}

/** Union of the event messages of a table. */
export type EventsOf<T extends DeclaredEvents<Record<string, EventDeclaration>>> =
  T extends DeclaredEvents<infer D>
    ? { [K in keyof D & string]: Message<K, Static<D[K]['data']>> }[keyof D & string]
    : never;

/** An object that takes no other member: an unknown field is a fault, not noise. */
export const Strict = <P extends Record<string, TSchema>>(properties: P) =>
  Type.Object(properties, { additionalProperties: false });

/** One of a closed list of codes. */
export const OneOf = <const V extends readonly string[]>(values: V) =>
  Type.Unsafe<V[number]>({ type: 'string', enum: [...values] });

/** Lower-case UUID. */
export const UuidShape = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
});

/** RFC 3339 UTC instant with milliseconds. */
export const InstantShape = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z$' });

/** Europe/Paris calendar day. */
export const DayShape = Type.String({ pattern: '^\\d{4}-\\d\\d-\\d\\d$' });

/** Short code in kebab-case, chosen by the organisation. */
export const SlugShape = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$', maxLength: 64 });

/** Random id of a data key: `k_` and a ULID. */
export const KeyIdShape = Type.String({ pattern: '^k_[0-9A-HJKMNP-TV-Z]{26}$' });

/** Fingerprint of a data key: a domain-separated SHA-256, base64url. */
export const KeyFingerprintShape = Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' });

/** Name of a stream: a category and a UUID. */
export const StreamShape = Type.String({ pattern: '^[a-z]+-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' });

/** Name of a personal stream. */
export const PersonalStreamShape = Type.String({
  pattern: '^personal-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
});

/** Sealing algorithm of an envelope, from a closed registry. */
export const SealingAlgorithmShape = OneOf(['HKDF-SHA256+A256GCM']);

/** SHA-256 in lower-case hexadecimal. */
export const Sha256Shape = Type.String({ pattern: '^[0-9a-f]{64}$' });

/** Text of the organisation in a governance stream; passed by the detector of personal data. */
export const TextShape = (maxLength: number) => Type.String({ minLength: 1, maxLength });

/**
 * Points at the personal context of a fact: an event of a personal stream, sealed under the key of that scope.
 * `external`: the recording or scan lies in another system; its locator and SHA-256 are what is sealed.
 */
export const EvidenceRefShape = Strict({
  kind: OneOf(['sealed', 'external']),
  scope: OneOf(scopes),
  eventId: UuidShape,
});
export type EvidenceRef = Static<typeof EvidenceRefShape>;
