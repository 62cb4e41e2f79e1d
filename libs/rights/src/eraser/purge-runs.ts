import { Inject, Injectable, Logger } from '@nestjs/common';
import { MAX_PROBED_STREAMS, type ProbeReport, type PurgeReport } from '#event-store';
import { defined, type Clock, type IdSource } from '#kernel';
import { CLOCK, ERASER, IDS, type EraserParts } from '#runtime';
import { RightsFactsReader } from '../application/rights-facts.js';
import { isUnreadable, type EndedStream } from '../domain/destructions.js';
import { destructionOf } from '../domain/rights-state.js';
import { AuditFacts, type PurgeFact } from './audit-facts.js';
import { ErasuresUnderWay } from './erasures-under-way.js';
import { purgeDue } from './purge-due.js';
import {
  PurgeRecord,
  type CoveredErasure,
  type ProvenErasure,
  type PurgeOutcome,
  type PurgeRun,
} from './purge-record.js';
import { PurgeTelling } from './purge-telling.js';
import { StreamClosing } from './stream-closing.js';

/** An erasure whose streams are all closed and not proven gone. */
interface Waiting extends ProvenErasure {
  /** When its first stream was closed. */
  readonly since: string;
}

/** Purges of one run: what is still there after so many is told, and tried again later. */
const ROUNDS = 3;
/** So many facts about purges are looked back on; there is one run a day, or as many as somebody asks for. */
const LOOK_BACK = 500;

/**
 * Removes what is closed from the store, on every node, and proves it (`architecture.md` §7, step 6): purge, search by
 * the ledger's facts, then tell. One run at a time; one that died is taken up with its id, wherever it was.
 */
@Injectable()
export class PurgeRuns {
  /** Runs of this process, which the audit copy may not tell of yet. */
  private readonly told: PurgeFact[] = [];
  private readonly logger = new Logger(PurgeRuns.name);

  constructor(
    private readonly facts: AuditFacts,
    private readonly rights: RightsFactsReader,
    private readonly underWay: ErasuresUnderWay,
    private readonly closing: StreamClosing,
    private readonly record: PurgeRecord,
    private readonly telling: PurgeTelling,
    @Inject(ERASER) private readonly eraser: EraserParts | undefined,
    @Inject(IDS) private readonly ids: IdSource,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Takes up the run that is under way, or begins one if it is due; answers whether there was anything to do. */
  async pass(signal: AbortSignal): Promise<boolean> {
    if (this.eraser === undefined) return false;
    await this.underWay.look(signal);
    const run = (await this.record.current()) ?? (await this.begin(this.eraser));
    if (run === undefined || (run.notBefore ?? '') > this.clock.now()) return false;
    try {
      const outcome = run.outcome ?? (await this.carryOut(run, this.eraser, signal));
      await this.telling.tell(run.runId, outcome, this.eraser.backupDays);
      await this.record.finish(run.runId);
      const { recorded } = outcome;
      this.told.splice(0, this.told.length, {
        ...{ type: 'PurgeRunRecorded', data: recorded, recordedAt: recorded.endedAt },
      });
      return true;
    } catch (error) {
      if (!signal.aborted) await this.record.noteFailure(run.runId);
      throw error;
    }
  }

  private async begin(eraser: EraserParts): Promise<PurgeRun | undefined> {
    const waiting = await this.waiting();
    const now = this.clock.now();
    const due = purgeDue({
      ...{ now, purgeEveryHours: eraser.purgeEveryHours },
      purges: [...this.told, ...(await this.facts.purges(LOOK_BACK))],
      waitsSince: waiting.map(({ since }) => since),
      hasClosings: await this.facts.hasClosings(),
      nodes: await eraser.nodes?.(),
    });
    if (due === undefined) return undefined;
    return this.record.begin({
      runId: due.kind === 'requested' ? due.runId : this.ids.uuid(),
      onlySearch: due.kind === 'search',
      erasures: waiting.map(({ subjectId, erasureId }) => ({ subjectId, erasureId })),
      startedAt: now,
    });
  }

  private async carryOut(run: PurgeRun, eraser: EraserParts, signal: AbortSignal): Promise<PurgeOutcome> {
    const covered = await this.waiting(new Set(run.erasures.map(({ erasureId }) => erasureId)));
    const ofRun = new Set(covered.flatMap(({ streams }) => streams));
    let found = run.found;
    if (run.onlySearch && Object.keys(found).length === 0) {
      const report = await this.search(eraser, ofRun, signal);
      const returned = await this.returned(report, new Set());
      if (returned.size === 0) return this.outcomeOf(run, undefined, report, {}, []);
      found = await this.takeUp(run, found, report, returned);
    }
    for (let round = 1; ; round += 1) {
      const purged = await eraser.store.purge({ signal, onProgress: this.progressOf(run) });
      const report = await this.search(eraser, ofRun, signal);
      const returned = await this.returned(report, ofRun);
      const left = remainingOf(report).filter((stream) => ofRun.has(stream));
      if ((returned.size === 0 && left.length === 0) || round === ROUNDS)
        return this.outcomeOf(run, purged, report, found, covered);
      found = await this.takeUp(run, found, report, returned);
      await this.closeAgain(left);
    }
  }

  /** Something is there again that had been proven gone: it is said loudly, and goes again. */
  private async takeUp(
    { runId }: PurgeRun,
    before: PurgeRun['found'],
    { nodes }: ProbeReport,
    returned: ReadonlySet<string>,
  ): Promise<PurgeRun['found']> {
    if (returned.size === 0) return before;
    const found = { ...before };
    for (const { node, remaining } of nodes) {
      const count = remaining.filter((stream) => returned.has(stream)).length;
      if (count > 0) found[node] = Math.max(found[node] ?? 0, count);
    }
    await this.record.noteFound(runId, found);
    this.logger.error(
      `erased data is back in the event store and is purged again (run ${runId}, ${wordsOf(found)})`,
    );
    await this.closeAgain([...returned]);
    return found;
  }

  /** A store that was put back may have them open. */
  private async closeAgain(streams: readonly string[]): Promise<void> {
    this.closing.forget(streams);
    for (const [, fact] of await this.facts.closings(streams))
      await this.closing.close(fact, { lastRevision: fact.lastRevision });
  }

  /** Streams that a search found although nothing of them may be there; `ofRun`: those that the run is about. */
  private async returned(report: ProbeReport, ofRun: ReadonlySet<string>): Promise<ReadonlySet<string>> {
    const waiting = await this.waitingStreams();
    return new Set(remainingOf(report).filter((stream) => !ofRun.has(stream) && !waiting.has(stream)));
  }

  private search(eraser: EraserParts, ofRun: ReadonlySet<string>, signal: AbortSignal): Promise<ProbeReport> {
    return eraser.store.probe({
      signal,
      isClosed: async (streams) => {
        const closed = await this.facts.closings(streams);
        // Of its own streams the run knows before the audit copy does.
        return new Set(streams.filter((stream) => closed.has(stream) || ofRun.has(stream)));
      },
    });
  }

  private outcomeOf(
    { runId, startedAt }: PurgeRun,
    purged: PurgeReport | undefined,
    { nodes }: ProbeReport,
    found: PurgeRun['found'],
    covered: readonly Waiting[],
  ): PurgeOutcome {
    const runsOf = new Map(purged?.nodes.map(({ node, runs }) => [node, runs]));
    const recorded = defined({
      runId,
      technique: purged?.technique,
      startedAt,
      endedAt: this.clock.now(),
      nodes: nodes.map(({ node, remaining }) => ({
        ...{ node, runs: runsOf.get(node) ?? 0, foundBefore: found[node] ?? 0, remaining: remaining.length },
      })),
    });
    const left = new Set(nodes.flatMap(({ remaining }) => remaining));
    const isWholeTold = nodes.every(({ remaining }) => remaining.length < MAX_PROBED_STREAMS);
    const proven = covered.filter(
      ({ streams }) => isWholeTold && !streams.some((stream) => left.has(stream)),
    );
    if (left.size > 0 && purged !== undefined)
      this.logger.error(
        `a purge left ${String(left.size)} closed streams behind (run ${runId}); it is repeated`,
      );
    return {
      recorded,
      proven: proven.map(({ subjectId, erasureId, streams }) => ({ subjectId, erasureId, streams })),
    };
  }

  /** Erasures whose streams are all closed, in the facts and in the store, and not proven gone. */
  private async waiting(only?: ReadonlySet<string>): Promise<readonly Waiting[]> {
    const erasures = this.underWay.unfinished().filter(({ erasureId }) => only?.has(erasureId) !== false);
    const waiting: Waiting[] = [];
    for (const { erasureId, subjectId } of erasures) {
      const { state, rights } = await this.rights.of(subjectId);
      const destruction = destructionOf(state, erasureId);
      if (destruction === undefined || !isUnreadable(destruction)) continue;
      const streams = destruction.streams.filter(({ isPurged }) => !isPurged);
      if (streams.length === 0 || !(await this.areClosed({ erasureId, subjectId }, streams))) continue;
      const first = rights.find(
        ({ type, data }) => type === 'PersonalStreamClosed' && data.erasureId === erasureId,
      );
      const since = first?.recordedAt ?? this.clock.now();
      waiting.push({ subjectId, erasureId, streams: streams.map(({ stream }) => stream), since });
    }
    return waiting;
  }

  /** In the facts and in the store: a process that died in between left a fact before its close. */
  private async areClosed(erasure: CoveredErasure, streams: readonly EndedStream[]): Promise<boolean> {
    for (const { stream, scope, generation, closed } of streams) {
      if (closed === undefined) return false;
      const target = { ...erasure, stream, scope, generation };
      if (!(await this.closing.close(target, closed))) return false;
    }
    return true;
  }

  private async waitingStreams(): Promise<ReadonlySet<string>> {
    const streams = new Set<string>();
    for (const { erasureId, subjectId } of this.underWay.unfinished()) {
      const destruction = destructionOf((await this.rights.of(subjectId)).state, erasureId);
      for (const { stream, isPurged } of destruction?.streams ?? []) if (!isPurged) streams.add(stream);
    }
    return streams;
  }

  /** Progress is for people who look: at most one note a second, and a note that fails stops nothing. */
  private progressOf({ runId }: PurgeRun): (progress: NonNullable<PurgeRun['progress']>) => void {
    let last = 0;
    return (progress) => {
      const now = performance.now();
      if (now - last < 1000 && progress.done < progress.total) return;
      last = now;
      this.record.noteProgress(runId, progress).catch(() => undefined);
    };
  }
}

function wordsOf(found: PurgeRun['found']): string {
  return Object.entries(found)
    .map(([node, count]) => `${String(count)} streams on ${node}`)
    .join(', ');
}

function remainingOf({ nodes }: ProbeReport): readonly string[] {
  return [...new Set(nodes.flatMap(({ remaining }) => remaining))];
}
