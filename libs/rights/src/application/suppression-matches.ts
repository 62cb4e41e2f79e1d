import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, canonicalJson, defined, type Uuid } from '#kernel';
import { KEY_STORE, type CommandContext, type Outcome } from '#runtime';
import type { KeyStore, SuppressibleAddress, SuppressionMatch } from '#subject-keys';
import type { MatchSuppressions } from '../domain/rights.commands.js';
import { MatchSuppressionsCommand } from './rights.commands.js';

/** An address of a person, or one that is about to become theirs. */
export interface PersonsAddress extends SuppressibleAddress {
  readonly contactPointId: Uuid;
}

type Match = MatchSuppressions['data']['matches'][number];

/**
 * Says in a person's own stream what is unwanted at their addresses (Art. 21(3)), so that an objection outlives the
 * data of who raised it.
 *
 * No race loses one: whoever takes an address claims it first and asks the list then; whoever enters an address puts the
 * entry first and looks up claims then, also those whose fact is yet to come. Whichever of the two comes last sees the
 * other one.
 */
@Injectable()
export class SuppressionMatches {
  constructor(
    private readonly bus: CommandBus,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  /**
   * Records what the list says about addresses that this person has claimed. Called before the fact that makes them
   * theirs. Idempotent. Throws `KeyStoreUnavailable`, and what a "no" throws that cannot be recorded.
   */
  async record(
    subjectId: Uuid,
    addresses: readonly PersonsAddress[],
    context: CommandContext,
  ): Promise<void> {
    const found = await this.keyStore.suppressions.matching(addresses);
    const matches = addresses.flatMap(({ contactPointId }, index) =>
      (found[index] ?? []).map((match) => matchOf({ subjectId, contactPointId }, match, context.now)),
    );
    await this.say(subjectId, matches, context);
  }

  /**
   * Records what the list says about addresses for everybody who has one of them or is about to; answers who they are.
   * Called after the addresses were entered. Idempotent. Throws as {@link record}.
   */
  async recordForHolders(
    addresses: readonly SuppressibleAddress[],
    context: CommandContext,
  ): Promise<readonly Uuid[]> {
    const holders = await this.keyStore.claims.holders(addresses);
    const byPerson = new Map<Uuid, PersonsAddress[]>();
    for (const [index, address] of addresses.entries()) {
      for (const { subjectId, contactPointId } of holders[index] ?? []) {
        byPerson.set(subjectId, [...(byPerson.get(subjectId) ?? []), { ...address, contactPointId }]);
      }
    }
    for (const [subjectId, theirs] of byPerson) await this.record(subjectId, theirs, context);
    return [...byPerson.keys()];
  }

  private async say(subjectId: Uuid, matches: readonly Match[], context: CommandContext): Promise<void> {
    if (matches.length === 0) return;
    // What is said is part of the command's id: a retry that finds more on the list than the first attempt says it too.
    const said = matches.map(({ occurredAt: _, ...match }) => match);
    const commandId = allocatedId(context.commandId, `suppressions ${canonicalJson(said)}`);
    await this.bus.execute<MatchSuppressionsCommand, Outcome>(
      new MatchSuppressionsCommand(
        { type: 'MatchSuppressions', data: { subjectId, matches } },
        { ...context, commandId },
      ),
    );
  }
}

function matchOf(
  whose: Pick<Match, 'subjectId' | 'contactPointId'>,
  { purposeId = 'all', channel = 'all', controllerId, enteredOn }: SuppressionMatch,
  occurredAt: string,
): Match {
  return defined({
    ...whose,
    ...{ purposeId, channel: channel as Match['channel'], controllerId, enteredOn, occurredAt },
  });
}
