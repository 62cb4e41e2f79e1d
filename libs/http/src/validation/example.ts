import type { Json, JsonObject } from '#kernel';
import { fieldsOf, type Class } from './dto-fields.js';

/**
 * The documented example of a body: what the API documentation shows and the tests send. An optional field stands in
 * it only if it was declared with an example of its own.
 */
export function exampleOf(dto: Class): JsonObject {
  const members: [string, Json][] = [];
  for (const field of fieldsOf(dto)) {
    if (!field.optional || field.hasExample) members.push([field.name, field.example()]);
  }
  return Object.fromEntries(members);
}
