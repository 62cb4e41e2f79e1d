import type { StreamName } from './port.js';

const STREAM = /^[a-z][A-Za-z0-9_]*-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const PERSONAL = 'personal';

/** The category of a stream: the text before its first `-`. */
export function categoryOf(stream: StreamName): string {
  const dash = stream.indexOf('-');
  return dash === -1 ? stream : stream.slice(0, dash);
}

/** Whether the stream may hold sealed personal data, so that its payload must be able to go physically (Art. 17). */
export function isPersonalStream(stream: StreamName): boolean {
  return categoryOf(stream) === PERSONAL;
}

/** Whether the text is `category-<uuid>`: the only names the store takes, because a name outlives every erasure. */
export function isStreamName(text: string): boolean {
  return STREAM.test(text);
}

/** Whether an event belongs to the store itself: its stream or its type begins with `$`. No reader ever sees it. */
export function isSystemEvent(stream: string, type: string): boolean {
  return stream.startsWith('$') || type.startsWith('$');
}
