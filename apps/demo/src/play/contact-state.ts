import { setTimeout as pause } from 'node:timers/promises';
import { UnexpectedAnswer, type Session } from '../api.js';
import type { Stage } from '../stage.js';

/** The part of a contact's state that the story reads. */
export interface ContactState {
  readonly choices: readonly {
    readonly purposeId: string;
    readonly channel: string;
    readonly state: string;
    readonly restricted: boolean;
  }[];
  readonly wideNos: readonly {
    readonly purposeId: string;
    readonly channel: string;
    readonly kind: string;
  }[];
  readonly erased: boolean;
}

/** The state of a contact; `at` asks for a past day, `token` for an answer at least as new as a command. */
export async function contactState(
  session: Session,
  subjectId: string,
  query: { readonly at?: string; readonly minToken?: string } = {},
): Promise<ContactState> {
  const params = new URLSearchParams(query).toString();
  const path = `/v1/subjects/${subjectId}${params === '' ? '' : `?${params}`}`;
  return (await session.get<ContactState>(path)).body;
}

const PATIENCE_MS = 10_000;

/**
 * The state of a contact once it tells a withdrawal by e-mail. A "no" by address names nobody, so its answer has no
 * token to wait for: this asks until the read model has it.
 */
export async function withdrawnState(session: Session, subjectId: string): Promise<ContactState> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const state = await contactState(session, subjectId);
    const nos = [...state.choices.map((choice) => choice.state), ...state.wideNos.map(({ kind }) => kind)];
    if (nos.includes('withdrawn')) return state;
    if (Date.now() > deadline) throw new UnexpectedAnswer('The contact state does not tell the withdrawal');
    await pause(25);
  }
}

/** What holds for a purpose on a channel, in words. */
export function stateInWords(
  { texts }: Stage,
  { choices, wideNos }: ContactState,
  purposeId: string,
  channel: string,
): string {
  const words = texts.words.states;
  const choice = choices.find((one) => one.purposeId === purposeId && one.channel === channel);
  const wide = wideNos.find((no) => no.channel === 'all' || no.channel === channel);
  const code = choice?.state ?? wide?.kind ?? 'none';
  const word = code in words ? words[code as keyof typeof words] : code;
  return choice?.restricted === true ? `${word}, ${words.restricted}` : word;
}
