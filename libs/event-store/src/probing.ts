import { MAX_PROBED_STREAMS, PROBE_BATCH, type ProbeOptions, type StreamName } from './port.js';

/** Pages of stream names; a name may come again. */
export type NamePages = Iterable<readonly StreamName[]> | AsyncIterable<readonly StreamName[]>;

/**
 * The closed ones among the streams of which a node still holds payload: each once, as they come, at most
 * {@link MAX_PROBED_STREAMS}. Names are asked about in batches, so that memory stays bounded whatever the store holds.
 * Throws what `isClosed` throws, and the reason of the signal.
 */
export async function closedAmong(
  pages: NamePages,
  { isClosed, signal }: ProbeOptions,
): Promise<readonly StreamName[]> {
  const remaining = new Set<StreamName>();
  let batch = new Set<StreamName>();
  const ask = async (): Promise<void> => {
    signal?.throwIfAborted();
    const closed: ReadonlySet<StreamName> = batch.size > 0 ? await isClosed([...batch]) : new Set();
    for (const stream of batch) if (closed.has(stream)) remaining.add(stream);
    batch = new Set();
  };
  for await (const page of pages) {
    for (const stream of page) {
      if (!remaining.has(stream)) batch.add(stream);
      if (batch.size === PROBE_BATCH) await ask();
      if (remaining.size >= MAX_PROBED_STREAMS) return [...remaining].slice(0, MAX_PROBED_STREAMS);
    }
    signal?.throwIfAborted();
  }
  await ask();
  return [...remaining].slice(0, MAX_PROBED_STREAMS);
}
