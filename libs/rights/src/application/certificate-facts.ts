import { Inject, Injectable } from '@nestjs/common';
import type { LedgerEvent } from '#event-store';
import { KEY_STORE, LedgerReader } from '#runtime';
import type { KeyStore } from '#subject-keys';
import { purgeStream, type PurgeEvent, type RightsEvent } from '../contract.js';
import type { CertificateSurroundings } from './erasure-certificate.js';

/** Reads what a certificate names beside the person's own facts: nodes, epochs, what still notifies. */
@Injectable()
export class CertificateFacts {
  constructor(
    private readonly reader: LedgerReader,
    @Inject(KEY_STORE) private readonly keyStore: KeyStore,
  ) {}

  async of(
    subjectId: string,
    erasureId: string,
    rights: readonly (LedgerEvent & RightsEvent)[],
  ): Promise<CertificateSurroundings> {
    const [nodesOfRun, epochs, { keys }] = await Promise.all([
      this.nodesOfRuns(erasureId, rights),
      this.keyStore.rotation.list(),
      this.keyStore.subjects.state(subjectId),
    ]);
    const isNotificationKept = keys.some(
      ({ scope, state }) => scope === 'notification' && state !== 'shredded',
    );
    return { nodesOfRun, epochs, isNotificationKept };
  }

  private async nodesOfRuns(
    erasureId: string,
    rights: readonly (LedgerEvent & RightsEvent)[],
  ): Promise<ReadonlyMap<string, readonly string[]>> {
    const purges = rights.filter(
      (event) => event.type === 'PersonalStreamsPurged' && event.data.erasureId === erasureId,
    );
    const nodes = new Map<string, readonly string[]>();
    for (const { data } of purges) {
      const { purgeRunId } = data as { readonly purgeRunId: string };
      const events = (await this.reader.history(purgeStream(purgeRunId))) as (LedgerEvent & PurgeEvent)[];
      const run = events.find((event) => event.type === 'PurgeRunRecorded');
      nodes.set(purgeRunId, run?.data.nodes.map(({ node }) => node) ?? []);
    }
    return nodes;
  }
}
