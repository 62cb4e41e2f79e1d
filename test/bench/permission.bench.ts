import pg from 'pg';
import { asks } from './load.js';
import { population, type Population } from './population.js';
import { interleaved, line, percentile, report, summary } from './rounds.js';

const ROUNDS = 7;
const QUESTIONS = 400;
const PAST_QUESTIONS = 60;
const IN_FLIGHT = 16;
/** Questions in one call at most. */
const BATCH = 500;
const BATCHES = 4;
const CHECK = '/v1/permissions/check';

/** b: "may we contact?" alone, against the same route with a constant answer and one select by primary key. */
export async function benchCheck(): Promise<void> {
  const people = await population();
  const pool = new pg.Pool({ connectionString: people.databases.urls.databaseUrl, max: 1 });
  const select = async (): Promise<void> => {
    const { rowCount } = await pool.query({
      name: 'one',
      text: 'SELECT * FROM rm_contact_state.subject WHERE subject_id = $1',
      values: [people.anybody()],
    });
    if (rowCount !== 1) throw new Error('Nobody was found');
  };
  const ask = (target: Population['greffe']) => async (): Promise<number> =>
    1000 * (await asks(target, CHECK, () => question(people), QUESTIONS, 1)).p50Ms;
  const results = await interleaved(ROUNDS, {
    check: ask(people.greffe),
    constant: ask(people.bare),
    select: async () => 1000 * (await medianMs(select, QUESTIONS)),
  });
  const [check, constant, row] = [results.check, results.constant, results.select].map(summary);
  const limit = (constant?.median ?? NaN) + (row?.median ?? NaN);
  report(
    'b · "may we contact?" among a million people, one after the other',
    [
      line('check, p50', summary(results.check), 'µs'),
      line('constant answer, p50', summary(results.constant), 'µs'),
      line('select by primary key, p50', summary(results.select), 'µs'),
    ],
    `Ratio ${((check?.median ?? NaN) / limit).toFixed(2)} (goal ≤ 1.3).`,
  );
  await pool.end();
}

/** b': 500 questions in one call against 500 calls. */
export async function benchBatch(): Promise<void> {
  const people = await population();
  const single = (inFlight: number) => async (): Promise<number> =>
    (1000 * BATCH) / (await asks(people.greffe, CHECK, () => question(people), BATCH, inFlight)).perSecond;
  const results = await interleaved(ROUNDS, {
    batch: async () => {
      const body = () => ({ questions: Array.from({ length: BATCH }, () => question(people)) });
      return 1000 / (await asks(people.greffe, `${CHECK}-batch`, body, BATCHES, 1)).perSecond;
    },
    single: single(1),
    crowd: single(IN_FLIGHT),
  });
  const [batch, one, crowd] = [summary(results.batch), summary(results.single), summary(results.crowd)];
  report(
    `b' · ${String(BATCH)} questions in one call, among a million people`,
    [
      line('one call', batch, 'ms'),
      line(`${String(BATCH)} calls, one after the other`, one, 'ms'),
      line(`${String(BATCH)} calls, ${String(IN_FLIGHT)} in flight`, crowd, 'ms'),
    ],
    `${(batch.median / one.median).toFixed(3)} of the calls one after the other, ${(batch.median / crowd.median).toFixed(3)} of those in flight together (goal ≤ 0.05).`,
  );
}

/** i: what stood at a past instant, as it was known then, against a bare read of the events known then. */
export async function benchPast(): Promise<void> {
  const people = await population();
  const { subjectId, knownAs, eventsKnown } = people.long;
  const past = () => ({ subjectId, purposeId: people.purposeId, channel: 'email', knownAs });
  const read = () => ({ stream: `consent-${subjectId}`, limit: eventsKnown });
  const p50 = (target: Population['greffe'], path: string, body: () => object) => async (): Promise<number> =>
    1000 * (await asks(target, path, body, PAST_QUESTIONS, 1)).p50Ms;
  const results = await interleaved(ROUNDS, {
    past: p50(people.greffe, CHECK, past),
    linear: p50(people.bare, '/linear', read),
  });
  const [ours, theirs] = [summary(results.past), summary(results.linear)];
  report(
    `i · the answer of a past instant, ${String(eventsKnown)} events known then of ${String(2 * eventsKnown)}`,
    [line('past answer, p50', ours, 'µs'), line('linear read, p50', theirs, 'µs')],
    `Ratio ${(ours.median / theirs.median).toFixed(2)} (goal ≤ 1.3).`,
  );
}

function question(people: Population): object {
  return { subjectId: people.anybody(), purposeId: people.purposeId, channel: 'email' };
}

async function medianMs(work: () => Promise<void>, times: number): Promise<number> {
  const latencies: number[] = [];
  for (let done = 0; done < times; done += 1) {
    const begun = performance.now();
    await work();
    latencies.push(performance.now() - begun);
  }
  return percentile(latencies, 0.5);
}
