import type { JsonSchema } from '#kernel';
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';
import { quickSchema } from './quick-schema.js';

/** Says which part of the schema a value breaks, or `undefined` if it keeps it. Never quotes the value. */
export type Check = (value: unknown) => string | undefined;

/** Compiles a JSON Schema (2020-12) once into a fast check. */
export function compileSchema(schema: JsonSchema): Check {
  const quick = Compile(quickSchema(schema) as TSchema);
  let declared: ReturnType<typeof Compile> | undefined;
  return (value) => {
    if (quick.Check(value)) return undefined;
    const [first] = (declared ??= Compile(schema as TSchema)).Errors(value);
    return first === undefined ? 'refused' : `${first.keyword} at ${first.schemaPath}`;
  };
}
