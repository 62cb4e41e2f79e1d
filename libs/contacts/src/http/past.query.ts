import { InstantField, ReadQuery } from '#http';

/** A question about now or about the past (two instants, `architecture.md` §5). */
export class PastQuery extends ReadQuery {
  @InstantField({
    optional: true,
    notFuture: true,
    description: 'The day that is judged; now if absent, or the instant of `knownAs` if that is given.',
  })
  at?: string;

  @InstantField({
    optional: true,
    notFuture: true,
    description:
      'What the ledger knew then; everything known today if absent. At least a minute ago, because an act received before may still be recorded.',
  })
  knownAs?: string;
}
