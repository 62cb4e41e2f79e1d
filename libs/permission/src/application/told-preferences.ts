import { Injectable } from '@nestjs/common';
import { StatedPreferences, type Preferences } from '#consent';
import { UndecodableEvent } from '#event-store';
import { Problem } from '#http';
import type { Answered, Asked } from './gate.js';

/**
 * What a person likes to read, told beside an answer of the gate to whoever asks for it: it decides nothing, and whoever
 * does not ask does not wait for it.
 */
@Injectable()
export class ToldPreferences {
  constructor(private readonly preferences: StatedPreferences) {}

  /**
   * `undefined`: nothing is told, because the person stated nothing, may not be contacted (nobody needs it then), was
   * asked about as of a past day, or is not the only one who has the address. Throws `Problem` where what was stated
   * cannot be read; `Unavailable`.
   */
  async of(asked: Asked, answered: Answered): Promise<Preferences | undefined> {
    const subjectId = onlyPerson(asked, answered);
    if (subjectId === undefined || answered.isPast || !answered.decision.permitted) return undefined;
    try {
      return await this.preferences.of(subjectId);
    } catch (error) {
      throw error instanceof UndecodableEvent ? new Problem('integrity-violation') : error;
    }
  }
}

function onlyPerson({ whom }: Asked, { reached = [] }: Answered): string | undefined {
  if ('subjectId' in whom) return whom.subjectId;
  const [only, ...others] = new Set(reached);
  return others.length === 0 ? only : undefined;
}
