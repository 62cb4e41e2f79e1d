import type { Channel, ContactPointKind } from './vocabulary.js';

/** The contact points that a channel reaches; none for channels that do without an address. */
export function kindReachedBy(channel: Channel): 'email' | 'phone' | 'postal-address' | undefined {
  return REACHED[channel];
}

/** Channels on which French law treats a consent as one for the telephone (C. conso. L.223-1, R.223-1). */
export function isTelephone(channel: string): boolean {
  return channel === 'phone-human' || channel === 'autodialer';
}

const REACHED = {
  email: 'email',
  'sms-mms': 'phone',
  autodialer: 'phone',
  fax: 'phone',
  'phone-human': 'phone',
  post: 'postal-address',
  push: undefined,
  'social-dm': undefined,
} as const satisfies Record<Channel, ContactPointKind | undefined>;
