import type { Metadata, sendUnaryData } from '@grpc/grpc-js';
import type { Action } from './access.js';
import type { EventLog } from './event-log.js';
import type { CallKind, Endpoint, EventStoreFaults, Fault } from './faults.js';
import type { Outlet } from './outlet.js';
import { refusals, type Refusal } from './refusal.js';
import { statusOf } from './status.js';
import type { Subscription } from './subscription.js';

/** What the services of one server share. */
export interface Node {
  readonly log: EventLog;
  readonly faults: EventStoreFaults;
  readonly subscriptions: Map<Subscription, Outlet>;
  /** Where calls that require the leader have to go, if not here. */
  leader(): Endpoint | undefined;
  /** Why this caller may not do this with this stream; `undefined` if it may. */
  denialOf(metadata: Metadata, action: Action, stream: string): Refusal | undefined;
}

/** What awaits a call before anything is done: nothing, silence, or a refusal. */
export type Admission =
  | { readonly kind: 'open'; readonly fault: Fault | undefined }
  | { readonly kind: 'silent' }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/** Lets a call in, or not: its faults first, then the leader, then its rights. */
export async function admit(
  node: Node,
  kind: CallKind,
  metadata: Metadata,
  on: { readonly action: Action; readonly stream: string },
): Promise<Admission> {
  const fault = node.faults.take(kind);
  await node.faults.audible();
  if (fault?.kind === 'silent') return { kind: 'silent' };
  if (fault?.kind === 'refused' && fault.afterwards !== true) return fault;
  const leader = node.leader();
  if (leader !== undefined && metadata.get('requires-leader')[0] === 'true') {
    return { kind: 'refused', refusal: refusals.notLeader(leader) };
  }
  const refusal = node.denialOf(metadata, on.action, on.stream);
  return refusal === undefined ? { kind: 'open', fault } : { kind: 'refused', refusal };
}

/** Answers a call that has one answer, with what its fault makes of it. */
export async function answer<T>(
  node: Node,
  admission: Admission,
  work: () => T | Refusal,
  reply: sendUnaryData<T>,
): Promise<void> {
  if (admission.kind === 'silent') return;
  if (admission.kind === 'refused') {
    reply(statusOf(admission.refusal));
    return;
  }
  const { fault } = admission;
  let result = work();
  if (fault?.kind === 'repeated') result = work();
  if (fault?.kind === 'lostReply') return;
  if (fault?.kind === 'late') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  await node.faults.audible();
  if (fault?.kind === 'refused') {
    reply(statusOf(fault.refusal));
    return;
  }
  if (isRefusal(result)) reply(statusOf(result));
  else reply(null, result);
}

function isRefusal(result: unknown): result is Refusal {
  return typeof result === 'object' && result !== null && 'entries' in result;
}
