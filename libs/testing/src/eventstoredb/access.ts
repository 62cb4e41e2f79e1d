import { originalOf } from './record.js';
import type { AccessList } from './stream-metadata.js';

/** What may be done with a stream. */
export type Action = 'read' | 'write' | 'delete';

/** Someone whose password was right. */
export interface Principal {
  readonly name: string;
  readonly groups: readonly string[];
}

/** The access lists that decide on a stream, weightiest first. */
export interface AccessLists {
  /** From the stream's own metadata. */
  readonly ofStream: AccessList;
  /** From the newest event of `$settings`. */
  readonly ofSettings: { readonly $userStreamAcl?: AccessList; readonly $systemStreamAcl?: AccessList };
}

type Right = keyof AccessList;

/** Everybody with a valid password. */
const EVERYBODY = '$all';
/** Who may do everything. */
const ADMINS = '$admins';
/** Who may scavenge, beside the admins. */
const OPERATORS = '$ops';

/**
 * Whether a user may do this with a stream. Without any access list everybody may do everything with user streams,
 * tombstones included, and only the admins anything with system streams, of which `$all` is one.
 */
export function mayAccess(principal: Principal, action: Action, stream: string, lists: AccessLists): boolean {
  const guarded = originalOf(stream) ?? stream;
  const right = rightFor(action, guarded !== stream);
  const isSystem = guarded.startsWith('$');
  const settings = isSystem ? lists.ofSettings.$systemStreamAcl : lists.ofSettings.$userStreamAcl;
  const roles = lists.ofStream[right] ?? settings?.[right] ?? (isSystem ? ADMINS : EVERYBODY);
  return hasRole(principal, typeof roles === 'string' ? [roles] : roles);
}

/** Whether a user may run a scavenge. */
export function mayScavenge(principal: Principal): boolean {
  return hasRole(principal, [OPERATORS]);
}

/** Whether a user may make users. */
export function mayManageUsers(principal: Principal): boolean {
  return hasRole(principal, [ADMINS]);
}

function hasRole({ name, groups }: Principal, roles: readonly string[]): boolean {
  const own = [EVERYBODY, name, ...groups];
  return groups.includes(ADMINS) || roles.some((role) => own.includes(role));
}

function rightFor(action: Action, isMetadata: boolean): Right {
  if (isMetadata) return action === 'read' ? '$mr' : '$mw';
  return ({ read: '$r', write: '$w', delete: '$d' } as const)[action];
}
