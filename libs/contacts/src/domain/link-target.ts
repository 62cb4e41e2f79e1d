import type { Channel } from '#kernel';

/** What a link to unsubscribe ends: one purpose or all, on one channel or all, for one data controller or every one. */
export interface LinkTarget {
  readonly subjectId: string;
  readonly purposeId: string;
  readonly channel: Channel | 'all';
  readonly controllerId?: string;
}
