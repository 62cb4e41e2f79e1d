import { defined, Rejection, type JsonObject, type RejectionCode } from '#kernel';

/**
 * An outcome that left no event, as the command log keeps it to repeat it to a retry. It holds ids, codes and
 * revisions, no personal value.
 */
export type KeptOutcome =
  | { readonly kind: 'nothing-new'; readonly status: number; readonly body: JsonObject }
  | {
      readonly kind: 'rejected';
      readonly code: RejectionCode;
      readonly pointer?: string;
      readonly about?: Readonly<Record<string, string>>;
    };

/** The outcome of an answer, if no event stands for it, or for a part of it: rows of a batch that were declined. */
export function keptAnswer(answer: unknown, status: number): (KeptOutcome & JsonObject) | undefined {
  const { appended, declined = 0 } = (answer ?? {}) as { readonly appended?: unknown; declined?: unknown };
  return appended === 0 || declined !== 0
    ? { kind: 'nothing-new', status, body: answer as JsonObject }
    : undefined;
}

/** The outcome of a rejection. Its note for developers is not kept: it may quote the organisation's own words. */
export function keptRejection({ code, pointer, about }: Rejection): KeptOutcome & JsonObject {
  return { kind: 'rejected', code, ...defined({ pointer, about }) };
}

/** What is answered again. Throws the `Rejection` that was the outcome. */
export function repeated(outcome: JsonObject): { readonly status: number; readonly body: JsonObject } {
  const kept = outcome as unknown as KeptOutcome;
  if (kept.kind === 'rejected') throw new Rejection(kept.code, undefined, kept.pointer, kept.about);
  return kept;
}
