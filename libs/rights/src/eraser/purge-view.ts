import { defined } from '#kernel';
import type { PurgeFact } from './audit-facts.js';
import type { PurgeRun } from './purge-record.js';

/** Purges as people read them, newest first: what was asked for, what is under way, what was recorded. */
export function purgeViews(facts: readonly PurgeFact[], current: PurgeRun | undefined) {
  const ids = [...new Set([...(current ? [current.runId] : []), ...facts.map(({ data }) => data.runId)])];
  return ids.map((runId) => {
    const own = facts.filter(({ data }) => data.runId === runId);
    return purgeView(runId, own, current?.runId === runId ? current : undefined);
  });
}

function purgeView(runId: string, facts: readonly PurgeFact[], current: PurgeRun | undefined) {
  const requestedAt = facts.find(({ type }) => type === 'PurgeRequested')?.recordedAt;
  const recorded = facts.find((fact) => fact.type === 'PurgeRunRecorded');
  if (recorded?.type === 'PurgeRunRecorded') {
    const { technique, startedAt, endedAt, nodes } = recorded.data;
    const onlySearch = technique === undefined;
    const state = 'recorded' as const;
    return defined({ runId, state, onlySearch, requestedAt, technique, startedAt, endedAt, nodes });
  }
  if (current === undefined) return defined({ runId, state: 'requested', onlySearch: false, requestedAt });
  const { onlySearch, startedAt, progress, failures } = current;
  return defined({ runId, state: 'running', onlySearch, requestedAt, startedAt, progress, failures });
}
