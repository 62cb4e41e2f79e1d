import { Inject, Injectable } from '@nestjs/common';
import { allocatedId, defined, Personal, type Clock, type IdSource } from '#kernel';
import { CLOCK, IDS, PersonalData } from '#runtime';
import { normaliseContact, type SuppressibleAddress } from '#subject-keys';
import { kindsSuppressedBy, standingNos } from '../domain/standing-nos.js';
import { RightsFactsReader, type RightsFacts } from './rights-facts.js';
import { SuppressionEntries, type EntryIds, type UnwantedContact } from './suppression-entries.js';
import { systemContext } from './system-context.js';

/** Carries every standing "no" of a person into the suppression list, while the address can still be read. */
@Injectable()
export class SuppressionPreparation {
  constructor(
    private readonly facts: RightsFactsReader,
    private readonly personal: PersonalData,
    private readonly entries: SuppressionEntries,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Answers how many entries stand for the person's "no"s. Repeated for the same erasure it enters nothing twice.
   * `only`: the events that sealed the addresses that end; by default all of them end.
   */
  async enterStandingNos(
    subjectId: string,
    erasureId: string,
    { state }: RightsFacts,
    only?: ReadonlySet<string>,
  ): Promise<number> {
    const addresses = await this.addresses(subjectId, only);
    const consent = await this.facts.consentHistory(subjectId);
    const wanted = standingNos(consent, state.objections).flatMap(({ controllerId, ...rest }) => {
      const no: UnwantedContact = defined({ ...rest, controllerId });
      const kinds = kindsSuppressedBy(no.channel);
      const affected = addresses.filter(({ kind }) => kinds.includes(kind));
      return affected.length === 0 ? [] : [{ no, affected }];
    });
    if (wanted.length === 0) return 0;
    const ids = await this.entryIds(subjectId, erasureId);
    for (const { no, affected } of wanted) await this.entries.enter(affected, no, this.clock.now(), ids);
    return wanted.reduce((sum, { affected }) => sum + affected.length, 0);
  }

  /** The addresses of the person, read for the last time. */
  private async addresses(
    subjectId: string,
    only: ReadonlySet<string> | undefined,
  ): Promise<readonly SuppressibleAddress[]> {
    const opened = await this.personal.openSubject(subjectId);
    return opened.flatMap((entry) => {
      if (only?.has(entry.eventId) === false) return [];
      if (entry.about !== 'contact-point' || !('fields' in entry.opened)) return [];
      const { kind, value } = entry.opened.fields.reveal();
      if ((kind !== 'email' && kind !== 'phone' && kind !== 'postal-address') || typeof value !== 'string')
        return [];
      const normalised = normaliseContact(kind, Personal.of(value));
      return 'value' in normalised ? [{ kind, normalised: normalised.value }] : [];
    });
  }

  /**
   * Ids that a repetition finds again and nobody else ever can: they come from a random value that is sealed with the
   * person's identity and dies with it. What is left are random ids that lead to nobody.
   */
  private async entryIds(subjectId: string, erasureId: string): Promise<EntryIds> {
    const context = systemContext(allocatedId(erasureId, 'entry-ids'), this.clock, erasureId);
    const ref = await this.personal.seal({
      ...{ subjectId, scope: 'identity', about: 'suppressed-address', context, step: 1 },
      fields: { origin: this.ids.uuid() },
    });
    const [opened] = await this.personal.open([{ subjectId, ref }]);
    const origin = opened !== undefined && 'fields' in opened ? opened.fields.reveal()['origin'] : undefined;
    if (typeof origin !== 'string') throw new Error('What the entries take their ids from cannot be read');
    return (what) => allocatedId(origin, what);
  }
}
