import type { JsonSchema } from '#kernel';
import { Compile } from 'typebox/compile';
import type { TSchema } from 'typebox';

/** Says which part of the schema a value breaks, or `undefined` if it keeps it. Never quotes the value. */
export type Check = (value: unknown) => string | undefined;

/** Compiles a JSON Schema (2020-12) once into a fast check. */
export function compileSchema(schema: JsonSchema): Check {
  const validator = Compile(schema as TSchema);
  return (value) => {
    if (validator.Check(value)) return undefined;
    const [first] = validator.Errors(value);
    return first === undefined ? 'refused' : `${first.keyword} at ${first.schemaPath}`;
  };
}
