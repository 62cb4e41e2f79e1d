import type { Type } from '@nestjs/common';
import { CommandHandler } from '@nestjs/cqrs';
import type { StreamName } from '#event-store';
import type { Command, Decider, Message, Uuid } from '#kernel';
import type { CommandContext, LedgerCommand } from './command-context.js';
import { DeciderRunner, type RunOptions } from './decider-runner.js';
import type { Outcome } from './outcome.js';

/** A command of a union without what the runner adds. */
export type MessageOf<C extends Command> = C extends Command ? Omit<C, 'metadata'> : never;

/** A class on the bus for one command type: an empty subclass of {@link LedgerCommand}. */
export type CommandClass<C extends Command> = new (
  message: Omit<C, 'metadata'>,
  context: CommandContext,
) => LedgerCommand<C>;

/** One class per command type; a missing one does not compile. */
export type CommandClasses<C extends Command> = {
  readonly [K in C['type']]: CommandClass<Extract<C, { readonly type: K }>>;
};

/** What a context's handlers share. */
export interface HandlerOptions<C extends Command> {
  /** Command types that are a "no" and must never be lost. */
  readonly no?: readonly C['type'][];
  /** Command types that wait their turn until the deadline, as a "no" does, but need a stream that can be read. */
  readonly patient?: readonly C['type'][];
  /** The data subjects of a command, where the stream's name does not tell. */
  readonly subjectsOf?: (command: MessageOf<C>) => readonly Uuid[];
}

/** All command handlers of a context: the only place that knows `@CommandHandler`. */
export function handlersFor<C extends Command, E extends Message, S>(
  decider: Decider<C, E, S>,
  streamOf: (command: MessageOf<C>) => StreamName,
  classes: CommandClasses<C>,
  { no = [], patient = [], subjectsOf }: HandlerOptions<C> = {},
): Type[] {
  return (Object.entries(classes) as [C['type'], CommandClass<C>][]).map(([type, commandClass]) => {
    const [isNo, isPatient] = [no.includes(type), patient.includes(type)];
    @CommandHandler(commandClass)
    class Handler {
      constructor(private readonly runner: DeciderRunner) {}

      execute({ message, context }: LedgerCommand<C>): Promise<Outcome<E>> {
        const command = message as MessageOf<C>;
        const options: RunOptions =
          subjectsOf === undefined ? { isNo, isPatient } : { isNo, isPatient, subjects: subjectsOf(command) };
        return this.runner.run({ decider, stream: streamOf(command) }, message, context, options);
      }
    }
    Object.defineProperty(Handler, 'name', { value: `${commandClass.name}Handler` });
    return Handler;
  });
}
