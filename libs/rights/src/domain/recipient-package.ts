import type { RecipientData } from '#register/contract';

/** An address, number or id of a person in clear, for as long as a package is made. */
export interface KnownAddress {
  readonly kind: string;
  readonly system?: string;
  readonly value: string;
}

/**
 * By what a recipient finds the person: the ids of its own system where there are any, else the kind of address that it
 * identifies people by; where the person has none of that, every address there is.
 */
export function findBy(
  { identifiesBy }: Pick<RecipientData, 'identifiesBy'>,
  addresses: readonly KnownAddress[],
): readonly KnownAddress[] {
  const own = addresses.filter(
    ({ kind, system }) => kind === identifiesBy.kind && system === identifiesBy.system,
  );
  if (own.length > 0) return own;
  return addresses.filter(({ kind }) => kind === 'email' || kind === 'phone' || kind === 'postal-address');
}

const REPLY_ORDER = ['email', 'phone', 'postal-address'];

/** Where the person can be told what came of it; `undefined`: nowhere. */
export function replyAddressOf(addresses: readonly KnownAddress[]): KnownAddress | undefined {
  return REPLY_ORDER.map((kind) => addresses.find((address) => address.kind === kind)).find(Boolean);
}
