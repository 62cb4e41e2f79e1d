import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { EventLog } from './event-log.js';
import type { Outlet } from './outlet.js';
import type { ReadRequest } from './read-request.js';
import { refusals, type Refusal } from './refusal.js';
import type { StoredRecord } from './record.js';
import { eventOf, identifierOf } from './wire.js';

/** What a read answers, before it is put on the wire. */
export type ReadAnswer =
  | { readonly kind: 'events'; readonly events: readonly StoredRecord[] }
  | { readonly kind: 'absent'; readonly stream: string }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Reads a stream (from a revision, inclusive, both ways) or `$all` (from a position; backwards exclusive). */
export function answerOf(log: EventLog, request: ReadRequest): ReadAnswer {
  if (request.limit === 0n || (request.from === 'end' && !request.isBackwards)) {
    return { kind: 'refused', refusal: refusals.invalid('The combination of the read is invalid.') };
  }
  if (request.stream === undefined) return { kind: 'events', events: ofAll(log, request) };
  const content = log.read(request.stream);
  switch (content.kind) {
    case 'tombstoned':
      return { kind: 'refused', refusal: refusals.streamDeleted(request.stream) };
    case 'absent':
      return { kind: 'absent', stream: request.stream };
    case 'events':
      return { kind: 'events', events: ofStream(content.events, request) };
  }
}

/** Sends an answer; an absent stream is a message of its own, not an error. */
export async function sendAnswer(answer: ReadAnswer, outlet: Outlet): Promise<void> {
  if (answer.kind === 'refused') {
    outlet.refuse(answer.refusal);
    return;
  }
  if (answer.kind === 'absent') {
    const identifier = identifierOf(answer.stream);
    const notFound = new streamsPb.ReadResp.StreamNotFound().setStreamIdentifier(identifier);
    await outlet.send(new streamsPb.ReadResp().setStreamNotFound(notFound));
  } else {
    for (const event of answer.events) {
      if (outlet.isOver) return;
      await outlet.sendEvent(eventOf(event));
    }
  }
  outlet.end();
}

function ofAll(log: EventLog, { from, isBackwards, limit }: ReadRequest): readonly StoredRecord[] {
  const index = typeof from === 'bigint' ? log.indexAt(from) : from === 'start' ? 0 : log.records.length;
  const count = Number(limit);
  return isBackwards
    ? log.records.slice(Math.max(0, index - count), index).reverse()
    : log.records.slice(index, index + count);
}

function ofStream(events: readonly StoredRecord[], { from, isBackwards, limit }: ReadRequest) {
  const isAsked = ({ revision }: StoredRecord) => {
    if (typeof from !== 'bigint') return !isBackwards || from === 'end' || revision === 0n;
    return isBackwards ? revision <= from : revision >= from;
  };
  const found = events.filter(isAsked);
  return (isBackwards ? found.reverse() : found).slice(0, Number(limit));
}
