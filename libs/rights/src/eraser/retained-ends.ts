import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { allocatedId, parisDay, Rejection, type Clock } from '#kernel';
import { CLOCK } from '#runtime';
import { OrderErasureCommand } from '../application/rights.commands.js';
import { systemContext } from '../application/system-context.js';
import type { ErasureOrdered } from '../domain/rights.commands.js';
import { RETENTION_RULES_VERSION } from '../domain/retention-rules.js';
import { ErasuresUnderWay, type RetainedEnd } from './erasures-under-way.js';

/** What stands in the way of an order and passes by itself, or has been done by somebody else. */
const EXPECTED: readonly string[] = ['erasure-blocked-by-restriction', 'erasure-already-ordered'];

/**
 * Orders the erasure of what an earlier one retained, on the day on which its ground ends (`evidence.md` §3, rule 7). A
 * restriction goes before it (Art. 18; nobody asks for this erasure), and it is tried again when that is lifted.
 */
@Injectable()
export class RetainedEnds {
  constructor(
    private readonly bus: CommandBus,
    private readonly underWay: ErasuresUnderWay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Orders what is due today; answers how many erasures that are. Repeated, it orders nothing twice. */
  async orderDue(signal: AbortSignal): Promise<number> {
    await this.underWay.look(signal);
    let ordered = 0;
    for (const end of this.underWay.retainedUntil(parisDay(this.clock.now()))) {
      signal.throwIfAborted();
      if (await this.order(end)) ordered += 1;
    }
    return ordered;
  }

  private async order({ subjectId, erasureId: retainedBy, scope, until }: RetainedEnd): Promise<boolean> {
    // The same ids however often and by whichever process: the end of one retention is one order.
    const commandId = allocatedId(retainedBy, `retained ${scope} until ${until}`);
    const context = systemContext(commandId, this.clock, retainedBy);
    const order: ErasureOrdered = {
      ...{ erasureId: allocatedId(commandId, 'erasure'), subjectId, scopes: [scope], retained: [] },
      ...{ ground: 'retention-elapsed', initiator: 'retention-rule', requestedAt: context.now },
      identityCheck: { method: 'not-required', at: context.now },
      rulesVersion: RETENTION_RULES_VERSION,
    };
    const data = { order, isKnown: true, confirmsOverRestriction: false };
    try {
      await this.bus.execute(new OrderErasureCommand({ type: 'OrderErasure', data }, context));
      return true;
    } catch (error) {
      if (error instanceof Rejection && EXPECTED.includes(error.code)) return false;
      throw error;
    }
  }
}
