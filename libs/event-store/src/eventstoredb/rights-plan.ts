/** The parts of the ledger that have a user of their own in the event store. */
export const storeUsers = ['api', 'projector', 'eraser', 'notary'] as const;
export type StoreUser = (typeof storeUsers)[number];

/** Who writes and reads the ledger's streams. */
const LEDGER = 'greffe_ledger';
/** Who reads the total order, which shows every stream whatever its own list says. */
const READER = 'greffe_reader';
/** Who ends streams; the right to scavenge is `$ops`. */
const ERASER = 'greffe_eraser';
const ADMINS = '$admins';

/** Login name and groups of each user. Every process that serves or follows the ledger reads the total order too. */
export const userPlan: Readonly<
  Record<StoreUser, { readonly login: string; readonly groups: readonly string[] }>
> = {
  api: { login: 'greffe_api', groups: [LEDGER, READER] },
  projector: { login: 'greffe_projector', groups: [LEDGER, READER] },
  eraser: { login: 'greffe_eraser', groups: [ERASER, '$ops'] },
  notary: { login: 'greffe_notary', groups: [READER] },
};

/**
 * The newest event of `$settings`: without it every user may append to, delete and tombstone every stream. Who writes
 * may not delete, who deletes may not write, and nobody but the administrators changes these lists.
 */
export const settingsPlan = {
  $userStreamAcl: {
    $r: [LEDGER, READER, ADMINS],
    $w: [LEDGER, ADMINS],
    $d: [ERASER, ADMINS],
    $mr: [ADMINS],
    $mw: [ADMINS],
  },
} as const;

/** Who else reads two system streams: the total order, and the scavenge points by which a purge knows that it is done. */
export const readersPlan: Readonly<Record<string, readonly string[]>> = {
  $all: [ADMINS, READER],
  $scavengePoints: [ADMINS, ERASER],
};
