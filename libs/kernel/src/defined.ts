/** The members of `T`, those that may be `undefined` being optional instead. */
export type Defined<T extends object> = {
  [K in keyof T as undefined extends T[K] ? never : K]: T[K];
} & { [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined> };

/**
 * The same object without the members that are `undefined`: what is not known is absent from an event, for canonical
 * JSON has no `undefined`. Looks at its own members only, not inside them.
 */
export function defined<T extends object>(members: T): Defined<T> {
  const known = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known) as Defined<T>;
}
