import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { ReadReq } from '@eventstore/db-client/generated/streams_pb.js';
import type { StoredRecord } from './record.js';
import { streamNameOf } from './wire.js';

/** Records that a filtered subscription looks at before it may tell a checkpoint, unless the client says otherwise. */
const DEFAULT_WINDOW = 32;

/** Which records a filtered subscription delivers, and after how many it tells a checkpoint. */
export interface RecordFilter {
  readonly matches: (record: StoredRecord) => boolean;
  readonly checkpointEvery: number;
}

/** A read or a subscription, as it was asked for. */
export interface ReadRequest {
  /** `undefined` for `$all`. */
  readonly stream: string | undefined;
  /** A revision of the stream, or a position in `$all`. */
  readonly from: 'start' | 'end' | bigint;
  readonly isBackwards: boolean;
  /** How many events at most; `undefined` for a subscription. */
  readonly limit: bigint | undefined;
  readonly filter: RecordFilter | undefined;
}

/** Makes out what a read asks for. */
export function readRequestOf(options: ReadReq.Options): ReadRequest {
  const stream = options.getStream();
  return {
    stream: stream && streamNameOf(stream.getStreamIdentifier()),
    from: stream === undefined ? positionOf(options.getAll()) : revisionOf(stream),
    isBackwards: options.getReadDirection() === streamsPb.ReadReq.Options.ReadDirection.BACKWARDS,
    limit: options.hasSubscription() ? undefined : BigInt(options.getCount()),
    filter: filterOf(options.getFilter()),
  };
}

function revisionOf(options: ReadReq.Options.StreamOptions): ReadRequest['from'] {
  if (options.hasRevision()) return BigInt(options.getRevision());
  return options.hasEnd() ? 'end' : 'start';
}

function positionOf(options: ReadReq.Options.AllOptions | undefined): ReadRequest['from'] {
  const position = options?.getPosition();
  if (position !== undefined) return BigInt(position.getCommitPosition());
  return options?.hasEnd() === true ? 'end' : 'start';
}

function filterOf(options: ReadReq.Options.FilterOptions | undefined): RecordFilter | undefined {
  if (options === undefined) return undefined;
  const isOnStream = options.hasStreamIdentifier();
  const expression = isOnStream ? options.getStreamIdentifier() : options.getEventType();
  const regex = expression?.getRegex() ?? '';
  const prefixes = expression?.getPrefixList() ?? [];
  const pattern = regex === '' ? undefined : new RegExp(regex);
  const window = options.hasMax() ? options.getMax() : DEFAULT_WINDOW;
  return {
    matches: ({ stream, type }) => {
      const text = isOnStream ? stream : type;
      return pattern?.test(text) ?? prefixes.some((prefix) => text.startsWith(prefix));
    },
    checkpointEvery: window * Math.max(1, options.getCheckpointintervalmultiplier()),
  };
}
