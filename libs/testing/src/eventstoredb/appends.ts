import type { sendUnaryData, ServerDuplexStream, ServerReadableStream } from '@grpc/grpc-js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type {
  AppendReq,
  AppendResp,
  BatchAppendReq,
  BatchAppendResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { batchAnswerOf, batchRequestOf, type BatchRequest } from './batch-wire.js';
import { admit, answer, type Node } from './calls.js';
import type { Appended } from './log-answers.js';
import { refusals, type Refusal } from './refusal.js';
import { NEVER_WRITTEN, type Expectation, type ProposedEvent } from './record.js';
import { statusOf } from './status.js';
import { expectationOf, proposedOf, streamNameOf } from './wire.js';

/** Most bytes of events in one append. */
const MAX_APPEND_BYTES = 1024 * 1024;

/** The classic append: the options first, then one message per event, one answer. */
export function append(node: Node) {
  return (call: ServerReadableStream<AppendReq, AppendResp>, reply: sendUnaryData<AppendResp>): void => {
    let options: AppendReq.Options | undefined;
    const events: ProposedEvent[] = [];
    call.on('data', (message: AppendReq) => {
      options ??= message.getOptions();
      const proposed = message.getProposedMessage();
      if (proposed !== undefined) events.push(proposedOf(proposed));
    });
    call.on('error', () => undefined);
    call.on('end', () => {
      // A call that broke off ends too, with a part of its events; a turn later it is known to be cancelled.
      setImmediate(() => {
        if (!call.cancelled) finish(node, call, options, events, reply);
      });
    });
  };
}

function finish(
  node: Node,
  call: ServerReadableStream<AppendReq, AppendResp>,
  options: AppendReq.Options | undefined,
  events: readonly ProposedEvent[],
  reply: sendUnaryData<AppendResp>,
): void {
  if (options === undefined) {
    reply(statusOf(refusals.invalid('An append starts with its options.')));
    return;
  }
  const stream = streamNameOf(options.getStreamIdentifier());
  const expected = expectationOf(options);
  void admit(node, 'append', call.metadata, { action: 'write', stream }).then((admission) =>
    answer(
      node,
      admission,
      () => {
        const appended = appendTo(node, stream, expected, events);
        return 'entries' in appended ? appended : answerTo(stream, expected, appended);
      },
      reply,
    ),
  );
}

/** The batch append: many appends over one call, each with an answer of its own. */
export function batchAppend(node: Node) {
  return (call: ServerDuplexStream<BatchAppendReq, BatchAppendResp>): void => {
    const open = new Map<string, BatchRequest>();
    call.on('data', (message: BatchAppendReq) => {
      const request = batchRequestOf(message, open);
      if (request === undefined) return;
      const { stream, expected, events } = request;
      void admit(node, 'append', call.metadata, { action: 'write', stream }).then((admission) =>
        answer(
          node,
          admission,
          () => batchAnswerOf(request, appendTo(node, stream, expected, events)),
          (refusal, result) => {
            if (call.cancelled) return;
            if (refusal !== null) call.emit('error', Object.assign(new Error(refusal.details), refusal));
            else if (result != null) call.write(result);
          },
        ),
      );
    });
    call.on('end', () => call.end());
    call.on('error', () => undefined);
  };
}

function appendTo(
  node: Node,
  stream: string,
  expected: Expectation,
  events: readonly ProposedEvent[],
): Appended | Refusal {
  const bytes = events.reduce((sum, { data, metadata }) => sum + data.length + metadata.length, 0);
  if (bytes > MAX_APPEND_BYTES) return refusals.appendTooLarge(MAX_APPEND_BYTES);
  const appended = node.log.append(stream, expected, events);
  return appended.kind === 'tombstoned' ? refusals.streamDeleted(stream) : appended;
}

function answerTo(stream: string, expected: Expectation, appended: Appended): AppendResp | Refusal {
  const answer = new streamsPb.AppendResp();
  if (appended.kind === 'tombstoned') return refusals.streamDeleted(stream);
  if (appended.kind === 'conflict') {
    return answer.setWrongExpectedVersion(conflictOf(expected, appended.actual));
  }
  const success = new streamsPb.AppendResp.Success();
  if (appended.revision === NEVER_WRITTEN) success.setNoStream(new sharedPb.Empty());
  else success.setCurrentRevision(String(appended.revision));
  if (appended.position === undefined) success.setNoPosition(new sharedPb.Empty());
  else {
    const position = String(appended.position);
    const both = new streamsPb.AppendResp.Position().setCommitPosition(position).setPreparePosition(position);
    success.setPosition(both);
  }
  return answer.setSuccess(success);
}

function conflictOf(expected: Expectation, actual: bigint): AppendResp.WrongExpectedVersion {
  const conflict = new streamsPb.AppendResp.WrongExpectedVersion();
  if (actual === NEVER_WRITTEN) conflict.setCurrentNoStream(new sharedPb.Empty());
  else conflict.setCurrentRevision(String(actual));
  switch (expected.kind) {
    case 'revision':
      return conflict.setExpectedRevision(String(expected.revision));
    case 'noStream':
      return conflict.setExpectedNoStream(new sharedPb.Empty());
    case 'streamExists':
      return conflict.setExpectedStreamExists(new sharedPb.Empty());
    case 'any':
      return conflict.setExpectedAny(new sharedPb.Empty());
  }
}
