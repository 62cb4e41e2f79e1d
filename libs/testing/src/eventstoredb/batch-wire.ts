import { createRequire } from 'node:module';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import statusPb from '@eventstore/db-client/generated/status_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type { UUID } from '@eventstore/db-client/generated/shared_pb.js';
import type { BatchAppendReq, BatchAppendResp } from '@eventstore/db-client/generated/streams_pb.js';
import type { Any } from 'google-protobuf/google/protobuf/any_pb.js';
import type { Empty } from 'google-protobuf/google/protobuf/empty_pb.js';
import type { Appended } from './log-answers.js';
import type { Refusal } from './refusal.js';
import { NEVER_WRITTEN, type Expectation, type ProposedEvent } from './record.js';
import { identifierOf, proposedOf, streamNameOf, uuidOf } from './wire.js';

// The message types of Google come with the client, not with this product.
const requireOfClient = createRequire(createRequire(import.meta.url).resolve('@eventstore/db-client'));
const google = {
  ...(requireOfClient('google-protobuf/google/protobuf/any_pb.js') as { Any: typeof Any }),
  ...(requireOfClient('google-protobuf/google/protobuf/empty_pb.js') as { Empty: typeof Empty }),
};

/** One append among those of a batch call. */
export interface BatchRequest {
  readonly correlationId: UUID | undefined;
  readonly stream: string;
  readonly expected: Expectation;
  readonly events: ProposedEvent[];
}

/** Collects the messages of a request in `open` and gives the request with its last one. */
export function batchRequestOf(
  message: BatchAppendReq,
  open: Map<string, BatchRequest>,
): BatchRequest | undefined {
  const id = uuidOf(message.getCorrelationId());
  const request = open.get(id) ?? {
    correlationId: message.getCorrelationId(),
    stream: streamNameOf(message.getOptions()?.getStreamIdentifier()),
    expected: expectationOf(message.getOptions()),
    events: [],
  };
  request.events.push(...message.getProposedMessagesList().map(proposedOf));
  if (!message.getIsFinal()) {
    open.set(id, request);
    return undefined;
  }
  open.delete(id);
  return request;
}

/** The answer to one append of a batch; a refusal is a message inside it. */
export function batchAnswerOf(request: BatchRequest, appended: Appended | Refusal): BatchAppendResp {
  const answer = new streamsPb.BatchAppendResp()
    .setCorrelationId(request.correlationId)
    .setStreamIdentifier(identifierOf(request.stream));
  if ('entries' in appended || appended.kind !== 'done') return answer.setError(errorOf(request, appended));
  const success = new streamsPb.BatchAppendResp.Success().setCurrentRevision(String(appended.revision));
  if (appended.position === undefined) return answer.setSuccess(success.setNoPosition(new google.Empty()));
  const position = String(appended.position);
  const both = new sharedPb.AllStreamPosition().setCommitPosition(position).setPreparePosition(position);
  return answer.setSuccess(success.setPosition(both));
}

function expectationOf(options: BatchAppendReq.Options | undefined): Expectation {
  if (options?.hasStreamPosition() === true) {
    return { kind: 'revision', revision: BigInt(options.getStreamPosition()) };
  }
  if (options?.hasNoStream() === true) return { kind: 'noStream' };
  return options?.hasStreamExists() === true ? { kind: 'streamExists' } : { kind: 'any' };
}

function errorOf({ stream, expected }: BatchRequest, refused: Refusal | Exclude<Appended, { kind: 'done' }>) {
  const details = new google.Any();
  const pack = (message: { serializeBinary(): Uint8Array }, type: string) => {
    details.pack(message.serializeBinary(), `event_store.client.${type}`);
  };
  if ('entries' in refused) {
    const limit = Number(refused.entries['maximum-append-size'] ?? 0);
    if (limit > 0) {
      pack(new sharedPb.MaximumAppendSizeExceeded().setMaxappendsize(limit), 'MaximumAppendSizeExceeded');
    } else {
      pack(new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(stream)), 'StreamDeleted');
    }
  } else if (refused.kind === 'tombstoned') {
    pack(new sharedPb.StreamDeleted().setStreamIdentifier(identifierOf(stream)), 'StreamDeleted');
  } else {
    pack(conflictOf(expected, refused.actual), 'WrongExpectedVersion');
  }
  return new statusPb.Status().setMessage('append refused').setDetails(details);
}

function conflictOf(expected: Expectation, actual: bigint) {
  const conflict = new sharedPb.WrongExpectedVersion();
  if (actual === NEVER_WRITTEN) conflict.setCurrentNoStream(new google.Empty());
  else conflict.setCurrentStreamRevision(String(actual));
  switch (expected.kind) {
    case 'revision':
      return conflict.setExpectedStreamPosition(String(expected.revision));
    case 'noStream':
      return conflict.setExpectedNoStream(new google.Empty());
    case 'streamExists':
      return conflict.setExpectedStreamExists(new google.Empty());
    case 'any':
      return conflict.setExpectedAny(new google.Empty());
  }
}
