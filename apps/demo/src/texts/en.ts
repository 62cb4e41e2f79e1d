import type { Texts } from './fr.js';
import { rowWordsEn, wordsEn } from './words-en.js';

/** The words of the demo in English, as complete as the French ones. */
export const en: Texts = {
  start: {
    title: 'Greffe: the consent ledger of a shop, in three minutes',
    about:
      'Greffe keeps what people allowed and forbade as acts that nobody rewrites. This demonstration starts a server of its own and speaks to it over HTTP only, as a CRM would. Everybody in it is made up.',
    ready: (url, home) => `Server ready: ${url}. Temporary folder: ${home}`,
    inEventStoreDb: 'The acts go to the EventStoreDB that EVENTSTORE_URL names, and stay there.',
    storeInUse:
      'The EventStoreDB that EVENTSTORE_URL names holds a ledger already. Acts are not deleted: give the demonstration an empty server, or leave the variable out.',
  },
  shop: {
    title: 'The shop says who it is and why it processes data',
    purposes: 'Maison Corbel declares three purposes. Each has one lawful basis per situation:',
    head: ['purpose', 'channels', 'lawful basis'],
    notice: (sha256) =>
      `It publishes its privacy notice. The text never changes; its fingerprint will tell what was shown: SHA-256 ${sha256}…`,
    form: 'It keeps its form as people see it: two boxes apart, not ticked, with their words.',
    personalText:
      'A published notice stays for ever: a draft that holds the telephone number of a person is declined.',
    register: 'Two lines enter the register of processing activities (Art. 30). Greffe says what is missing:',
    complete: (name) => `${name}: complete`,
    incomplete: (name, missing) => `${name}: lacks "${missing}"`,
  },
  contacts: {
    title: 'The contacts of the CRM arrive',
    reads: (file, rows) => `Reading ${file}: ${String(rows)} rows, 16 requests at a time.`,
    progress: (done, of) => `${String(done)} of ${String(of)} rows`,
    outcomes: 'What became of the rows:',
    notes: 'Remarks on the way:',
    report: (path) => `Row by row, for a spreadsheet: ${path}`,
    unknownIsNo:
      'The CRM said "consent given" here and there. Without proof it is none: the state is unknown, and unknown means no. A "no", however, counts at once and needs no proof.',
    rows: rowWordsEn,
  },
  signUp: {
    title: '28 days ago: Camille signs up',
    capture: 'Camille ticks the newsletter and refuses calls. Form, notice and act are kept together:',
    grade: (channel, grade) => `yes to the newsletter, by ${channel}; ${grade} proof`,
    retry: (replayed) =>
      `The shop missed the answer and sends the same command again: same answer, nothing counts twice (Idempotency-Replayed: ${replayed}).`,
    preTicked: 'A partner wants to rely on a box that was ticked beforehand. The ledger answers:',
  },
  confirmation: {
    title: 'Today: Noé signs up, and confirms by a click',
    signUp:
      'His form is confirmed by a click. The ledger sends nothing: it answers with a link and this text for the message:',
    scanner: 'His mail gateway opens the link before he reads the message. That changes nothing:',
    click: 'Noé opens the page himself and presses “I confirm”:',
    again: 'Weeks later somebody finds the message and presses the button again:',
  },
  gate: {
    yes: (ground) => `May the newsletter be sent? Yes: ${ground}.`,
    no: (reasons) => `May the newsletter be sent? No. ${reasons}`,
  },
  withdrawal: {
    title: '12 days ago: Camille unsubscribes',
    said: 'One click in the message: the address is enough, no account, no reason, effective at once.',
    backDated:
      'Today a service provider imports a "yes" of Camille dated 20 days ago. It is noted, with its date. But an older "yes" never lifts a "no":',
    asOf: 'And what held on another day stays readable (parameter at):',
    state: (day, state) => `${day}: ${state}`,
  },
  restriction: {
    title: 'Nadège disputes her data: everything stands still',
    restricted:
      'Nadège says that her record is wrong. Until it is checked, her data is kept and nothing else (Art. 18).',
    newConsent: 'She then agrees to the newsletter. The consent is noted; the restriction stays on top:',
    reveal: 'A shop assistant wants to read her address:',
    lift: 'Lifting it without telling her is declined. She is told first, then it is lifted:',
    lifted: 'lifted; the newsletter may be sent again',
  },
  mailbox: {
    title: 'One mailbox for two',
    register:
      'Jeanne and Paul Lenoir share an address. Greffe does not take them for one: two records, linked.',
    lookup: (count) => `A look-up by address answers a list: ${String(count)} people, without their names.`,
    stop: 'A "stop" from this mailbox, and nobody knows who wrote it, counts for both:',
    state: (who, state) => `person ${who}: ${state}`,
  },
  timeline: {
    title: 'Camille’s history as an inspection reads it',
    about: 'One sentence per act, with both dates: when it happened, when it entered the ledger.',
    act: (day, recorded, sentence, who) => `${day} (recorded ${recorded}, by ${who}): ${sentence}`,
    looks: (count) => `Looking leaves a trace. Looks noted during this demonstration: ${String(count)}.`,
  },
  erasure: {
    title: 'Camille asks for erasure',
    dryRun: 'A dry run first. What will go, what must stay, why and until when:',
    goes: (scopes) => `goes: ${scopes}`,
    stays: (scope, until, rule) => `stays: ${scope}, until ${until} (${rule})`,
    ordered: (ms) =>
      `Ordered. The keys of her data were destroyed within ${String(ms)} ms: unreadable everywhere at once.`,
    key: (scope, kid) => `key destroyed (${scope}): ${kid}`,
    certificate: 'The certificate says what is proven, and what is not:',
    purge:
      'Unreadable is not erased. The purge comes by itself every day; the data protection officer asks for it now:',
    gone: (ms) => `Within ${String(ms)} ms, the certificate has changed:`,
    erased: (streams, technique, nodes) =>
      `erased (${technique}): ${String(streams)} encrypted streams; nothing of them is left on: ${nodes}`,
  },
  remains: {
    title: 'What remains',
    reveal: 'Reading her address:',
    lookup: (count) => `Looking her up by her address: ${String(count)} people.`,
    timeline: (count) =>
      `Her history stays readable for an inspection: ${String(count)} acts, without one name or address. The proof holds.`,
    suppression: (count) =>
      `Her refusal outlives her data: ${String(count)} keyed fingerprints on the suppression list, which names nobody.`,
    comesBack: 'The CRM imports the same address again: a new record, with no tie to the old one. Its state:',
  },
  end: {
    done: (seconds) => `Done in ${String(seconds)} s.`,
    deleted: 'Temporary folder deleted.',
    kept: (home) => `Folder kept: ${home}`,
    next: 'To go on: npm start, then the page /docs of the server.',
  },
  words: wordsEn,
};
