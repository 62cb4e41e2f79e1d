import { Type } from 'typebox';
import { InMemoryEventStore, createCodec, type EventCodec, type EventStore } from '#event-store';
import { OneOf, Strict, UuidShape, declareEvents, type EventsOf } from '#event-store/contract';
import { Rejection, type Command, type Decider, type Instant, type Uuid } from '#kernel';
import { ledgerEvents } from '../contract.js';
import type { CommandContext } from './command-context.js';
import { DeciderRunner } from './decider-runner.js';
import { LedgerReader } from './ledger-reader.js';
import { StreamWriter } from './stream-writer.js';
import type { WritePathProbe } from './write-path-probe.js';

/** A small aggregate for specs of the write path: a person says yes or no, and a yes may be forbidden. */
export const choiceEvents = declareEvents('choice', {
  ChoiceHeard: {
    version: 1,
    category: 'consent',
    meaning: 'A person said yes or no. For specs only.',
    data: Strict({ subjectId: UuidShape, says: OneOf(['yes', 'no']), nth: Type.Integer() }),
  },
  YesForbidden: {
    version: 1,
    category: 'consent',
    meaning: 'From now on no yes is accepted. For specs only.',
    data: Strict({ subjectId: UuidShape }),
  },
  WordsTaken: {
    version: 1,
    category: 'notice',
    meaning: 'A text was taken down. For specs only.',
    data: Strict({ text: Type.String() }),
  },
});
export type ChoiceEvent = Exclude<EventsOf<typeof choiceEvents>, { readonly type: 'WordsTaken' }>;
export type ChoiceCommand =
  | Command<'Say', { readonly subjectId: Uuid; readonly says: 'yes' | 'no'; readonly times?: number }>
  | Command<'ForbidYes', { readonly subjectId: Uuid }>;

/** `heard` is the last answer, `count` the number of answers. */
export interface Choices {
  readonly heard?: 'yes' | 'no';
  readonly count: number;
  readonly isForbidden: boolean;
}

/** Records an answer unless it is the standing one; a forbidden yes is rejected. */
export const choiceDecider: Decider<ChoiceCommand, ChoiceEvent, Choices> = {
  initialState: { count: 0, isForbidden: false },
  decide: (command, state) => {
    if (command.type === 'ForbidYes') {
      return state.isForbidden ? [] : [{ type: 'YesForbidden', data: command.data }];
    }
    const { subjectId, says, times = 1 } = command.data;
    if (says === 'yes' && state.isForbidden) throw new Rejection('subject-restricted');
    if (state.heard === says) return [];
    return Array.from({ length: times }, (_, index) => ({
      type: 'ChoiceHeard',
      data: { subjectId, says, nth: state.count + index + 1 },
    }));
  },
  evolve: (state, event) =>
    event.type === 'YesForbidden'
      ? { ...state, isForbidden: true }
      : { ...state, heard: event.data.says, count: state.count + 1 },
};

/** The codec of the specs of this folder: the ledger's own events and the ones above. */
export const specCodec: EventCodec = createCodec({
  definitions: [...ledgerEvents.definitions, ...choiceEvents.definitions],
  upcasters: [],
});

/** A context as the command log gives it, for a command that is received at `now`. */
export function contextOf(commandId: Uuid, now: Instant = '2026-03-01T10:00:00.000Z'): CommandContext {
  return {
    commandId,
    now,
    actor: { k: 'service', ref: '5e0f1f7a-58a3-4f0e-9a52-c1a3f2f0a001' },
    mayBeRetry: false,
    deadline: performance.now() + 5000,
    correlationId: commandId,
  };
}

/** The write path over one store, as one process has it. */
export function writePath(store: EventStore = new InMemoryEventStore(), probe?: WritePathProbe) {
  const writer = new StreamWriter(store, specCodec, probe);
  const runner = new DeciderRunner(writer);
  return { store, writer, runner, reader: new LedgerReader(store, specCodec) };
}
