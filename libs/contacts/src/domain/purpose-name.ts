import type { Instant } from '#kernel';
import type { RegisterEvent } from '#register/contract';

/** A name in the organisation's languages; French is the source. */
export interface LocalisedName {
  readonly fr: string;
  readonly en?: string;
}

/** When a purpose was named: by the revision that an act rests on, else by the day on which the act was recorded. */
export interface NamingMoment {
  readonly revision?: number;
  readonly recordedAt: Instant;
}

type Placed = RegisterEvent & { readonly revision: bigint; readonly recordedAt: Instant };

/** What a purpose was called at a moment; before its first name, that one. `undefined`: it was never declared. */
export function purposeNameAt(
  history: readonly Placed[],
  { revision, recordedAt }: NamingMoment,
): LocalisedName | undefined {
  const named = history.filter(
    (event) => event.type === 'PurposeDeclared' || event.type === 'PurposeRevised',
  );
  const until = named.filter((event) =>
    revision === undefined ? event.recordedAt <= recordedAt : event.revision <= BigInt(revision),
  );
  return (until.at(-1) ?? named[0])?.data.name;
}
