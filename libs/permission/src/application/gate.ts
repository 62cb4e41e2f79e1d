import { Inject, Injectable } from '@nestjs/common';
import { ContactStates, inTurns, MAX_STANDING, noFacts, type StandingContact } from '#contacts';
import type { Position, StreamName } from '#event-store';
import { PastMoments, Problem, type PastMoment } from '#http';
import { type Clock, type Instant } from '#kernel';
import { CLOCK, type Ends } from '#runtime';
import type { ContactValue } from '#subject-keys';
import { decide } from '../domain/gate/decide.js';
import type { Decision } from '../domain/gate/decision.js';
import type { GateFacts, No } from '../domain/gate/facts.js';
import type { Question } from '../domain/gate/question.js';
import { Addressees, pointReached, type Addressed } from './addressees.js';
import { gateFactsOf } from './gate-facts.js';
import { gatePurposeAt } from './gate-purpose.js';
import type { RegisterHistories } from './gate-histories.js';
import { GateNotices } from './gate-notices.js';
import { GatePurposes } from './gate-purposes.js';
import { PolicyActivations, type PolicyToApply } from './policy-activations.js';
import { isPublicHoliday } from './public-holidays.js';
import { strictest } from './strictest.js';

/** Who would be contacted: a person by pseudonym, or whoever has an address (`undefined`: a text that is none). */
export type Whom = { readonly subjectId: string } | { readonly contact: ContactValue | undefined };

/** A question to the gate. */
export interface Asked {
  readonly whom: Whom;
  readonly question: Omit<Question, 'at'>;
  /** The instant that is judged; absent: now, or the instant of `knownAs`. Of the future: by today's facts. */
  readonly at?: Instant;
  /** What the ledger knew then; absent: everything known today. */
  readonly knownAs?: Instant;
}

/** What the gate answers, and by what. */
export interface Answered {
  readonly decision: Decision;
  /** The instant that was judged. */
  readonly at: Instant;
  /** Whom the address reaches, where one was asked about. */
  readonly reached?: readonly string[];
  /** It was judged by the facts of the past, not by what stands now. */
  readonly isPast: boolean;
  readonly known?: PastMoment['known'];
  /** Version of the policy by which it was judged. */
  readonly policyVersion: string;
  /** Since when the ledger answers by it; absent: it was not in force yet by what was known, and stands in. */
  readonly policyActivatedAt?: Instant;
  /** Up to where the read model had followed the ledger at least, where what stands now was asked for. */
  readonly position?: Position;
  /** A person asked for by pseudonym is erased by now, whatever held on the day that is judged. */
  readonly isErasedNow: boolean;
}

/** A question that cannot be answered, without an answer to the others being any less. */
export interface Unanswerable {
  readonly problem: Problem;
}

/** People whose past is folded at the same time. */
const PARALLEL_FOLDS = 4;

interface Row extends Asked {
  readonly moment: PastMoment | undefined;
  readonly addressed: Addressed | undefined;
}

interface Person {
  readonly facts: GateFacts;
  readonly isErasedNow: boolean;
}

/** Facts about everybody who is asked for now. */
interface Now {
  readonly at: Instant;
  readonly position: Position | undefined;
  readonly people: ReadonlyMap<string, Person>;
}

/**
 * May we contact this person? Answers on the facts as they stand, at least those that any command answered before has
 * seen, or as they stood. By the newest policy that was in force by what was known.
 */
@Injectable()
export class Gate {
  constructor(
    private readonly states: ContactStates,
    private readonly purposes: GatePurposes,
    private readonly addressees: Addressees,
    private readonly moments: PastMoments,
    @Inject(CLOCK) private readonly clock: Clock,
    private readonly policies: PolicyActivations,
    private readonly notices: GateNotices,
  ) {}

  /** Answers one question. Throws `Problem` (`knownAs` too young, read models not there), `Unavailable`. */
  async check(asked: Asked): Promise<Answered> {
    const [answer] = await this.checkAll([asked]);
    if (answer === undefined) throw new RangeError('A question without an answer');
    if ('problem' in answer) throw answer.problem;
    return answer;
  }

  /** Answers each of at most 500 questions, in order; those about now as of one moment. Throws as {@link check}. */
  async checkAll(asked: readonly Asked[]): Promise<readonly (Answered | Unanswerable)[]> {
    const rows = await this.rowsOf(asked);
    const sound = rows.filter((row): row is Row => !('problem' in row));
    const [{ now, purposes }, policy] = await Promise.all([this.knownNow(sound), this.policies.now()]);
    const told = (row: Row): Answered => answerNow(row, now, purposes, policy);
    // A promise for each of many questions would cost as much as the answer.
    if (sound.every(({ moment }) => moment === undefined)) {
      return rows.map((row) => ('problem' in row ? row : told(row)));
    }
    return inTurns(rows, PARALLEL_FOLDS, async (row) => {
      if ('problem' in row) return row;
      const { moment } = row;
      return moment === undefined ? told(row) : this.answerThen(row, moment, purposes, policy);
    });
  }

  private async rowsOf(asked: readonly Asked[]): Promise<readonly (Row | Unanswerable)[]> {
    const contacts = asked.flatMap(({ whom }) => ('contact' in whom ? [whom.contact] : []));
    const addressed = [...(await this.addressees.of(contacts))];
    const moments = new Map<string, Promise<PastMoment | Unanswerable | undefined>>();
    const rows: (Row | Unanswerable)[] = [];
    for (const one of asked) {
      const reached = 'contact' in one.whom ? addressed.shift() : undefined;
      const { whom, question, at, knownAs } = one;
      if (at === undefined && knownAs === undefined) {
        rows.push({ whom, question, moment: undefined, addressed: reached });
        continue;
      }
      const key = JSON.stringify([at, knownAs]);
      if (!moments.has(key)) moments.set(key, this.momentOf(one));
      const moment = await moments.get(key);
      rows.push(
        moment !== undefined && 'problem' in moment ? moment : { ...one, moment, addressed: reached },
      );
    }
    return rows;
  }

  /** `undefined`: the facts of today are asked for. */
  private async momentOf({ at, knownAs }: Asked): Promise<PastMoment | Unanswerable | undefined> {
    if (knownAs === undefined && (at === undefined || at >= this.clock.now())) return undefined;
    try {
      return await this.moments.resolve({ ...(at && { at }), ...(knownAs && { knownAs }) });
    } catch (error) {
      if (error instanceof Problem && error.code === 'invalid-request') return { problem: error };
      throw error;
    }
  }

  /** The people of questions about now, and the purposes of all that are judged by what is known today. */
  private async knownNow(rows: readonly Row[]) {
    const today = rows.filter(({ moment }) => moment === undefined);
    const asked = purposesOf(today);
    const purposeIds = purposesOf(rows.filter(({ moment }) => moment?.known === undefined));
    const usual = this.notices.usual(asked);
    const streams = [...this.purposes.streamsOf(purposeIds), ...this.notices.streamsOf(usual)];
    const { at, position, people, ends } = await this.standingNow(today, streams);
    const [purposes, read] = await Promise.all([
      ends === undefined ? this.purposes.now(purposeIds) : this.purposes.endingAt(purposeIds, ends),
      ends === undefined ? this.notices.now([]) : this.notices.endingAt(usual, ends),
    ]);
    const notices = await this.notices.completed(read, noticesOf(people, asked));
    const persons = people.map((one) => [one.subjectId, personOf(one, notices)] as const);
    return { now: { at, position, people: new Map(persons) }, purposes };
  }

  /** Nobody is asked for: nothing is read, and nobody knows where the streams end. */
  private async standingNow(rows: readonly Row[], streams: readonly StreamName[]) {
    const ids = [...new Set(rows.flatMap(subjectsOf))];
    const people: StandingContact[] = [];
    let at = this.clock.now();
    let position: Position | undefined;
    let ends: Ends | undefined;
    for (let start = 0; start < ids.length; start += MAX_STANDING) {
      const part = ids.slice(start, start + MAX_STANDING);
      const standing = await this.states.standing(part, start === 0 ? streams : []);
      people.push(...standing.people);
      if (start === 0 || standing.at > at) at = standing.at;
      position ??= standing.position;
      ends ??= standing.ends;
    }
    return { at, position, people, ends };
  }

  private async answerThen(
    row: Row,
    moment: PastMoment,
    today: RegisterHistories,
    policyNow: PolicyToApply,
  ): Promise<Answered> {
    const { known, at } = moment;
    const { purposeId } = row.question;
    const [policy, purposes, people] = await Promise.all([
      known === undefined ? policyNow : this.policies.knownAt(known.index),
      known === undefined ? today : this.purposes.knownAt([purposeId], known.index),
      this.peopleThen(subjectsOf(row), purposeId, moment),
    ]);
    return { ...judge(row, at, people, purposes, policy), isPast: true, ...(known && { known }) };
  }

  /** One after the other: an address may reach many, and each has a history. */
  private async peopleThen(
    subjectIds: readonly string[],
    purposeId: string,
    moment: PastMoment,
  ): Promise<ReadonlyMap<string, Person>> {
    const people = new Map<string, Person>();
    for (const subjectId of subjectIds) {
      const { facts, isParked, isErasedNow } = await this.states.of(subjectId, moment);
      const needed = noticesOf([{ facts }], [purposeId]);
      const notices = await this.noticesThen(
        needed.map(({ noticeId }) => noticeId),
        moment.known,
      );
      people.set(subjectId, { facts: gateFactsOf(facts, isParked, notices), isErasedNow });
    }
    return people;
  }

  private noticesThen(ids: readonly string[], known: PastMoment['known']): Promise<RegisterHistories> {
    return known === undefined ? this.notices.now(ids) : this.notices.knownAt(ids, known.index);
  }
}

function purposesOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ question }) => question.purposeId))];
}

/** The notices on which these people's consents to the purposes asked about rest. */
function noticesOf(people: readonly Pick<StandingContact, 'facts'>[], purposeIds: readonly string[]) {
  const wanted = new Set(purposeIds);
  const needed: { readonly purposeId: string; readonly noticeId: string }[] = [];
  for (const { facts } of people) {
    for (const { purposeId, notice } of facts.consents) {
      if (wanted.has(purposeId)) needed.push({ purposeId, noticeId: notice.noticeId });
    }
  }
  return needed;
}

function answerNow(
  row: Row,
  { at, position, people }: Now,
  purposes: RegisterHistories,
  policy: PolicyToApply,
): Answered {
  const answered: Answered & { position?: Position } = judge(row, row.at ?? at, people, purposes, policy);
  if (position !== undefined) answered.position = position;
  return answered;
}

function judge(
  { whom, question: asked, addressed }: Row,
  at: Instant,
  people: ReadonlyMap<string, Person>,
  purposes: RegisterHistories,
  { policy, activatedAt }: PolicyToApply,
): Answered {
  const purpose = gatePurposeAt(purposes.get(asked.purposeId) ?? [], at);
  const question = { ...asked, at };
  const decisionOn = (facts: GateFacts, about: Question): Decision =>
    decide({ facts, purpose, question: about, policy, isPublicHoliday });
  const told = (decision: Decision, isErasedNow: boolean) => {
    const common = { decision, at, isPast: false, policyVersion: policy.version, isErasedNow };
    return activatedAt === undefined ? common : { ...common, policyActivatedAt: activatedAt };
  };
  if ('subjectId' in whom) {
    const { facts, isErasedNow } = people.get(whom.subjectId) ?? NOBODY;
    return told(decisionOn(facts, question), isErasedNow);
  }
  const { people: found = [], nos = [] } = addressed ?? {};
  const [first, ...others] = found.map((one) => {
    const { facts = NOTHING } = people.get(one.subjectId) ?? {};
    const contactPointId = whom.contact && pointReached(whom.contact, asked.channel, one);
    return decisionOn(withNos(facts, nos), { ...question, ...(contactPointId && { contactPointId }) });
  });
  const decision =
    first === undefined ? decisionOn(withNos(NOTHING, nos), question) : strictest([first, ...others]);
  return { ...told(decision, false), reached: found.map(({ subjectId }) => subjectId) };
}

const NOTHING = gateFactsOf(noFacts, false, new Map());
const NOBODY: Person = { facts: NOTHING, isErasedNow: false };

function withNos(facts: GateFacts, nos: readonly No[]): GateFacts {
  return nos.length === 0 ? facts : { ...facts, nos: [...facts.nos, ...nos] };
}

function personOf({ facts, isParked }: StandingContact, notices: RegisterHistories): Person {
  return { facts: gateFactsOf(facts, isParked, notices), isErasedNow: facts.subject?.isErased ?? false };
}

function subjectsOf({ whom, addressed }: Row): readonly string[] {
  return 'subjectId' in whom ? [whom.subjectId] : (addressed?.people ?? []).map(({ subjectId }) => subjectId);
}
