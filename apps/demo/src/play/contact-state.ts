import type { Session } from '../api.js';
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
