import type { AllStreamResolvedEvent, ResolvedEvent, StreamingRead } from '@eventstore/db-client';
import { TimedOut } from '../deadline.js';
import { recordedOf, weightOf, type Recorded } from './events.js';

/** A page ends after about this many bytes, so that memory stays bounded whatever the events weigh. */
const PAGE_BYTES = 4 * 1024 * 1024;

/** What one read call gave. */
export interface RecordedPage {
  readonly events: readonly Recorded[];
  /** It ended because of its weight; more may follow. */
  readonly isCut: boolean;
}

/**
 * Reads one page to its end and lets the call go, whatever happens: a call that is left open counts against the 100
 * that a connection has, and the next one would wait for ever. The client knows no deadline for reads, so silence of
 * `ms` milliseconds is {@link TimedOut}.
 */
export function readPage(
  read: StreamingRead<ResolvedEvent | AllStreamResolvedEvent>,
  ms: number,
): Promise<RecordedPage> {
  const events: Recorded[] = [];
  let bytes = 0;
  return new Promise<RecordedPage>((resolve, reject) => {
    const silence = setTimeout(() => {
      reject(new TimedOut(ms));
    }, ms);
    const settle = (outcome: () => void): void => {
      clearTimeout(silence);
      outcome();
    };
    // The listener stays when the call is over: an error that comes late must not end the process.
    read.on('error', (error: Error) => {
      settle(() => {
        reject(error);
      });
    });
    read.on('end', () => {
      settle(() => {
        resolve({ events, isCut: false });
      });
    });
    read.on('data', (resolved: ResolvedEvent | AllStreamResolvedEvent) => {
      if (bytes >= PAGE_BYTES) return;
      silence.refresh();
      const event = recordedOf(resolved);
      if (event === undefined) return;
      events.push(event);
      bytes += weightOf(event.data) + weightOf(event.metadata);
      if (bytes >= PAGE_BYTES)
        settle(() => {
          resolve({ events, isCut: true });
        });
    });
  }).finally(() => {
    read.cancel().catch(() => undefined);
  });
}
