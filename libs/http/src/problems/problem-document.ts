import { problems, type ProblemCode } from '../problems.js';
import { faultDetail, type Fault } from '../validation/faults.js';
import type { ProblemDetails } from './problem.js';
import type { UiLanguage } from './problem-type.js';

/** A problem document (RFC 9457). `code` repeats the last part of `type` for programs that switch on it. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  /** What the reader can do about it. */
  readonly wayOut: string;
  /** English, for developers: which rule or right. */
  readonly note?: string;
  /** Ids and instants of what stands in the way. */
  readonly about?: Readonly<Record<string, string>>;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
  readonly currentRevision?: number;
  readonly token?: string;
  /** State of each dependency, where one of them is the problem. */
  readonly checks?: readonly { readonly name: string; readonly ok: boolean; readonly detail?: string }[];
  /** What stands still besides: it may be why a dependency is not ready. */
  readonly warnings?: readonly {
    readonly code: string;
    readonly role: string;
    readonly standsStill: string;
  }[];
}

/** What went wrong, ready to be told in either language. */
export interface Occurrence {
  readonly code: ProblemCode;
  readonly details: ProblemDetails;
}

/** Tells a problem in the language of the reader. `instance` is the URN under which the log knows it. */
export function problemDocument(
  { code, details }: Occurrence,
  language: UiLanguage,
  instance: string,
): ProblemDocument {
  const { status, [language]: words } = problems[code];
  const { note, about, currentRevision, token, checks, warnings } = details;
  const errors = errorsOf(code, details, language, words.detail);
  return {
    type: `/problems/${code}`,
    title: words.title,
    status,
    detail: words.detail,
    instance,
    code,
    wayOut: words.wayOut,
    ...(note === undefined ? {} : { note }),
    ...(about === undefined ? {} : { about }),
    ...(errors === undefined ? {} : { errors }),
    ...(currentRevision === undefined ? {} : { currentRevision: Number(currentRevision) }),
    ...(token === undefined ? {} : { token }),
    ...(checks === undefined ? {} : { checks }),
    ...(warnings === undefined ? {} : { warnings }),
  };
}

function errorsOf(
  code: ProblemCode,
  { faults, pointer }: ProblemDetails,
  language: UiLanguage,
  detail: string,
): ProblemDocument['errors'] {
  if (faults !== undefined) return faults.map((fault) => errorOf(fault, language));
  return pointer === undefined ? undefined : [{ pointer, code, detail }];
}

function errorOf(fault: Fault, language: UiLanguage): { pointer: string; code: string; detail: string } {
  return { pointer: fault.pointer, code: fault.code, detail: faultDetail(fault, language) };
}
