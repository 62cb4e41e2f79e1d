import type { sendUnaryData, ServerUnaryCall } from '@grpc/grpc-js';
import streamsPb from '@eventstore/db-client/generated/streams_pb.js';
import type {
  DeleteReq,
  DeleteResp,
  TombstoneReq,
  TombstoneResp,
} from '@eventstore/db-client/generated/streams_pb.js';
import { append, batchAppend } from './appends.js';
import { admit, answer, type Node } from './calls.js';
import { Outlet, type ReadCall } from './outlet.js';
import { readRequestOf } from './read-request.js';
import { answerOf, sendAnswer } from './reads.js';
import { refusalOf, refusals } from './refusal.js';
import { errorOf } from './status.js';
import { Subscription } from './subscription.js';
import { expectationOf, streamNameOf } from './wire.js';

/** The streams service on one node. */
export function streamsService(node: Node) {
  return {
    append: append(node),
    batchAppend: batchAppend(node),
    read: (call: ReadCall) => void read(node, call),
    delete: (call: ServerUnaryCall<DeleteReq, DeleteResp>, reply: sendUnaryData<DeleteResp>) =>
      void softDelete(node, call, reply),
    tombstone: (call: ServerUnaryCall<TombstoneReq, TombstoneResp>, reply: sendUnaryData<TombstoneResp>) =>
      void tombstone(node, call, reply),
  };
}

async function read(node: Node, call: ReadCall): Promise<void> {
  const options = call.request.getOptions();
  if (options === undefined) return void call.emit('error', errorOf(refusals.invalid('A read has options.')));
  const request = readRequestOf(options);
  const kind = request.limit === undefined ? 'subscribe' : 'read';
  const on = { action: 'read', stream: request.stream ?? '$all' } as const;
  const admission = await admit(node, kind, call.metadata, on);
  if (admission.kind === 'silent') return;
  const fault = admission.kind === 'open' ? admission.fault : undefined;
  if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const live: { subscription?: Subscription } = {};
  const outlet = new Outlet(call, node.faults, fault, () => live.subscription?.suspect());
  if (admission.kind === 'refused') {
    outlet.refuse(admission.refusal);
    return;
  }
  if (request.limit !== undefined) return sendAnswer(answerOf(node.log, request), outlet);
  if (request.stream !== undefined && node.log.read(request.stream).kind === 'tombstoned') {
    outlet.refuse(refusals.streamDeleted(request.stream));
    return;
  }
  const subscription = new Subscription(node.log, request, outlet);
  live.subscription = subscription;
  node.subscriptions.set(subscription, outlet);
  call.on('cancelled', () => subscription.wake());
  await subscription.run();
  node.subscriptions.delete(subscription);
}

async function softDelete(
  node: Node,
  call: ServerUnaryCall<DeleteReq, DeleteResp>,
  reply: sendUnaryData<DeleteResp>,
): Promise<void> {
  const options = call.request.getOptions() ?? new streamsPb.DeleteReq.Options();
  const stream = streamNameOf(options.getStreamIdentifier());
  const admission = await admit(node, 'delete', call.metadata, { action: 'delete', stream });
  const work = () => {
    const deleted = node.log.softDelete(stream, expectationOf(options));
    if (deleted.kind !== 'done') return refusalOf('Delete', stream, deleted);
    const position = String(deleted.position);
    const both = new streamsPb.DeleteResp.Position().setCommitPosition(position).setPreparePosition(position);
    return new streamsPb.DeleteResp().setPosition(both);
  };
  await answer(node, admission, work, reply);
}

async function tombstone(
  node: Node,
  call: ServerUnaryCall<TombstoneReq, TombstoneResp>,
  reply: sendUnaryData<TombstoneResp>,
): Promise<void> {
  const options = call.request.getOptions() ?? new streamsPb.TombstoneReq.Options();
  const stream = streamNameOf(options.getStreamIdentifier());
  const admission = await admit(node, 'tombstone', call.metadata, { action: 'delete', stream });
  const work = () => {
    const deleted = node.log.tombstone(stream, expectationOf(options));
    if (deleted.kind !== 'done') return refusalOf('Tombstone', stream, deleted);
    const position = String(deleted.position);
    const both = new streamsPb.TombstoneResp.Position()
      .setCommitPosition(position)
      .setPreparePosition(position);
    return new streamsPb.TombstoneResp().setPosition(both);
  };
  await answer(node, admission, work, reply);
}
