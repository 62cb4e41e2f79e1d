import { Injectable } from '@nestjs/common';
import { UndecodableEvent, type LedgerEvent } from '#event-store';
import { controllerStream, type RegisterEvent } from '#register/contract';
import { LedgerReader } from '#runtime';

/** What data controllers are called now, from their own streams. */
@Injectable()
export class ControllerNames {
  constructor(private readonly reader: LedgerReader) {}

  /** Its legal name; `undefined`: it was never declared, or cannot be read. */
  async nameOf(controllerId: string): Promise<string | undefined> {
    try {
      const history = (await this.reader.history(controllerStream(controllerId))) as readonly (LedgerEvent &
        RegisterEvent)[];
      return history.flatMap((event) => (event.type === 'DataControllerDeclared' ? [event.data] : [])).at(-1)
        ?.legalName;
    } catch (error) {
      if (error instanceof UndecodableEvent) return undefined;
      throw error;
    }
  }
}
