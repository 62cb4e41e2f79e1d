import { Injectable } from '@nestjs/common';
import { recordRows, type CommandContext, type RowOutcome } from '#runtime';
import { ContactsMade, type MadeContact, type RecordedContact } from './contacts-made.js';

/** The contacts of a campaign or of a day's calls in one request. */
@Injectable()
export class ContactsMadeBatch {
  constructor(private readonly contacts: ContactsMade) {}

  /** As `recordRows`; people who asked to stop come first. */
  record(
    rows: readonly MadeContact[],
    context: CommandContext,
  ): Promise<readonly RowOutcome<RecordedContact>[]> {
    const stops = rows.filter(({ outcome }) => outcome === 'asked-to-stop');
    return recordRows(rows, context, (row, own) => this.contacts.record(row, own), stops);
  }
}
