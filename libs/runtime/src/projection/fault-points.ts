/** The places at which a projector waits for somebody else, in their order: where it can be stopped for ever. */
export const faultPoints = [
  'before-read',
  'before-transaction',
  'checkpoint-moved',
  'rows-loaded',
  'rows-written',
  'before-commit',
  'committed',
] as const;
export type FaultPoint = (typeof faultPoints)[number];

/** Called at every fault point; what it throws is treated like a lost process. For tests. */
export type FaultHook = (point: FaultPoint) => void | Promise<void>;
