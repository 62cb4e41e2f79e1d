/** Does the same for each item, at most `together` at a time; the results in the order of the items. */
export async function inTurns<T, R>(
  items: readonly T[],
  together: number,
  act: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += together) {
    results.push(...(await Promise.all(items.slice(start, start + together).map(act))));
  }
  return results;
}
