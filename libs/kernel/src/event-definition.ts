import type { JsonSchema } from './json.js';

/** What a person outside must know to read an event type: where it stands, its shape, since when. */
export interface EventDefinition<T extends string = string> {
  readonly type: T;
  /** The newest version; older ones are brought up by upcasters when they are read. */
  readonly version: number;
  /** Context that owns it: the first part of `metadata.schema`. */
  readonly context: string;
  /** Category of its stream: the text before the first `-`. */
  readonly category: string;
  readonly schema: JsonSchema;
  /** One sentence: what it means and who may cause it. */
  readonly meaning: string;
}

/** Older shape → next newer shape of an event's data. Pure, and kept for ever. */
export interface Upcaster {
  readonly type: string;
  /** The version it reads; it gives `from + 1`. */
  readonly from: number;
  upcast(data: unknown): unknown;
}
