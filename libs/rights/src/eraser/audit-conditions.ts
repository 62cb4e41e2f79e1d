/**
 * Conditions of the partial indexes on the audit copy: a question must repeat one word for word to use its index.
 * Streams sort as text in the C collation, and the entries of these streams hold no free text.
 */

const OF_RIGHTS = `stream COLLATE "C" >= 'rights-' AND stream COLLATE "C" < 'rights.'`;
const ofType = (type: string): string => `${OF_RIGHTS} AND entry LIKE '%"type":"${type}"%'`;

export const ORDERED = ofType('ErasureOrdered');
/** The runtime has this index already: its restore guard reads the same facts. */
export const STARTED = ofType('KeyDestructionStarted');
export const COMPLETED = ofType('ErasureCompleted');
export const STREAM_CLOSED = ofType('PersonalStreamClosed');
/** Which personal stream a closing names. */
export const STREAM_OF_CLOSING = `substring(entry FROM '"stream":"(personal-[0-9a-f-]{36})"')`;
/** Who receives personal data. */
export const RECIPIENTS = `stream COLLATE "C" >= 'recipient-' AND stream COLLATE "C" < 'recipient.'`;
/** Everything about purges of the store. */
export const PURGES = `stream COLLATE "C" >= 'purge-' AND stream COLLATE "C" < 'purge.'`;
