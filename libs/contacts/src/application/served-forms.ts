import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { Rejection, type Instant } from '#kernel';
import { formStream, type RegisterEvent } from '#register/contract';
import { KEY_STORE, LedgerReader } from '#runtime';
import { packedIds, SealedTokens, unpackedId, type KeyStore } from '#subject-keys';
import { assertValidThen, formVersionOf } from '../domain/capture-rules.js';

/** A published form version, as clients name it. */
export interface FormVersion {
  readonly formId: string;
  readonly version: number;
}

/** Name of the ledger's own key under which tokens are sealed. */
const KEY_NAME = 'served-forms';
const UUID_BYTES = 16;
const VERSION_BYTES = 4;
const TIME_BYTES = 6;
/** A page may lie open for so long before it is sent; what is older shows no one person's visit any more. */
const MAX_DAYS_OPEN = 7;
/** The clock of whoever says when a form was sent may be behind ours by so much, in milliseconds. */
const CLOCK_SKEW_MS = 5 * 60_000;
const DAY_MS = 86_400_000;

/**
 * Tokens that say that this form version, and with it its words and notice, was served at an instant: the ledger's own
 * word for it, which whoever collects the answers cannot make up (Art. 7(1)). Kept nowhere.
 */
@Injectable()
export class ServedForms {
  private readonly tokens: SealedTokens;

  constructor(
    @Inject(KEY_STORE) keyStore: KeyStore,
    private readonly reader: LedgerReader,
  ) {
    this.tokens = new SealedTokens(keyStore.named, KEY_NAME);
  }

  /**
   * The token of a form that is being shown. Rejects: `collection-form-unknown`,
   * `collection-form-version-not-valid-then`.
   */
  async mint({ formId, version }: FormVersion, now: Instant): Promise<string> {
    const history = (await this.reader.history(formStream(formId))) as readonly (LedgerEvent &
      RegisterEvent)[];
    const form = formVersionOf(history, version);
    if (form === undefined) throw new Rejection('collection-form-unknown', undefined, '/formId');
    assertValidThen(form, now, '/version');
    const numbers = Buffer.alloc(VERSION_BYTES + TIME_BYTES);
    numbers.writeUInt32BE(version);
    numbers.writeUIntBE(Date.parse(now), VERSION_BYTES, TIME_BYTES);
    const [token = ''] = await this.tokens.seal([Buffer.concat([packedIds([formId]), numbers])]);
    return token;
  }

  /**
   * When this form was served that was sent at `sentAt`. Rejects: `served-token-invalid` for a token that is none of
   * ours, of another form version, or of another time.
   */
  async servedAt(token: string, form: FormVersion, sentAt: Instant): Promise<Instant> {
    const content = await this.tokens.open(token);
    if (content?.length !== UUID_BYTES + VERSION_BYTES + TIME_BYTES) throw invalid('It is none of ours.');
    const version = content.readUInt32BE(UUID_BYTES);
    if (unpackedId(content, 0) !== form.formId || version !== form.version) {
      throw invalid('It was made for another form version.');
    }
    const servedMs = content.readUIntBE(UUID_BYTES + VERSION_BYTES, TIME_BYTES);
    const sentMs = Date.parse(sentAt);
    if (servedMs > sentMs + CLOCK_SKEW_MS) throw invalid('The form was served after it was sent.');
    if (servedMs < sentMs - MAX_DAYS_OPEN * DAY_MS) {
      throw invalid(`The form was served more than ${String(MAX_DAYS_OPEN)} days before it was sent.`);
    }
    return new Date(servedMs).toISOString();
  }
}

function invalid(detail: string): Rejection {
  return new Rejection('served-token-invalid', detail, '/servedToken');
}
