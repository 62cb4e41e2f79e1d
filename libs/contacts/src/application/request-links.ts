import { Inject, Injectable } from '@nestjs/common';
import { PUBLIC_URL } from '#http';
import { KEY_STORE } from '#runtime';
import { packedIds, SealedTokens, unpackedId, type KeyStore } from '#subject-keys';

/** Name of the ledger's own key under which links are sealed. */
const KEY_NAME = 'consent-requests';
const UUID_BYTES = 16;

/** Which request of whom a link answers. */
export interface RequestPlace {
  readonly subjectId: string;
  readonly requestId: string;
}

/**
 * Links by which people answer a request for consent. A link names the request, sealed; whether it may still be answered
 * is a matter of the ledger. The same request has the same link, so that a repeated command has the same answer.
 */
@Injectable()
export class RequestLinks {
  private readonly tokens: SealedTokens;

  constructor(
    @Inject(KEY_STORE) keyStore: KeyStore,
    @Inject(PUBLIC_URL) private readonly publicUrl: string,
  ) {
    this.tokens = new SealedTokens(keyStore.named, KEY_NAME, 'same');
  }

  /** The address that the message to the person carries. Throws `KeyStoreUnavailable`. */
  async urlFor({ subjectId, requestId }: RequestPlace): Promise<string> {
    const [token = ''] = await this.tokens.seal([packedIds([subjectId, requestId])]);
    return `${this.publicUrl}/c/${token}`;
  }

  /** Which request a token answers; `undefined` if it is none of ours, or damaged. Throws `KeyStoreUnavailable`. */
  async open(token: string): Promise<RequestPlace | undefined> {
    const content = await this.tokens.open(token);
    if (content?.length !== 2 * UUID_BYTES) return undefined;
    return { subjectId: unpackedId(content, 0), requestId: unpackedId(content, UUID_BYTES) };
  }
}
