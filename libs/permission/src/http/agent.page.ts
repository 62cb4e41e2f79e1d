import { html, personPageOf, problems, type Html, type UiLanguage } from '#http';
import type { Channel, RejectionCode } from '#kernel';
import { agentOutcomes, type AgentOutcome, type TaskState } from '../application/agent-tasks.js';
import { reasonWords } from '../domain/gate/words.js';
import type { Label } from '../domain/policy/policy.js';
import { channelWords } from '../domain/policy/words.js';

/** What the page names: never a person. */
export interface NamedContact {
  readonly channel: Channel;
  /** `undefined`: the ledger does not know the purpose. */
  readonly purposeName: string | undefined;
}

const outcomeWords: Readonly<Record<AgentOutcome, Label>> = {
  answered: { fr: 'La personne a répondu', en: 'The person answered' },
  'no-answer': { fr: 'Pas de réponse', en: 'No answer' },
  busy: { fr: 'Occupé', en: 'Busy' },
  'wrong-number': { fr: 'Mauvais numéro', en: 'Wrong number' },
  refused: { fr: 'La personne a refusé l’appel', en: 'The person refused the call' },
};

const words = {
  fr: {
    title: 'Contact à prendre',
    about: (channel: string, purpose: string) => `Canal : ${channel}. Finalité : ${purpose}.`,
    unknown: 'inconnue du registre',
    may: 'Vous pouvez contacter cette personne.',
    mayNot: 'Ne contactez pas cette personne :',
    first: 'Réservez d’abord : deux agents ne peuvent pas prendre la même place.',
    reserve: 'Réserver l’appel',
    reserved: (until: string) => `L’appel est réservé jusqu’à ${until}. Comment s’est-il terminé ?`,
    ended: (outcome: string) => `Enregistré : ${outcome}.`,
    correct: 'Corriger le résultat :',
    expired: 'Ce lien est échu : demandez-en un autre pour ce contact. Un refus est toujours pris en compte.',
    away: 'Le registre ne répond pas pour l’instant : ne contactez pas cette personne, et réessayez.',
    stop: 'La personne demande à ne plus être appelée',
    stopMore: 'Un clic suffit : le retrait vaut aussitôt.',
    stopped: 'C’est enregistré',
    stoppedMore: 'La personne ne sera plus contactée ainsi. Le retrait vaut dès maintenant.',
    damaged: 'Ce lien n’est pas complet',
    damagedMore:
      'Rien n’a été enregistré. Ouvrez de nouveau la fiche depuis votre outil ; si la personne a demandé à ne plus être appelée, signalez-le aussitôt.',
  },
  en: {
    title: 'A contact to make',
    about: (channel: string, purpose: string) => `Channel: ${channel}. Purpose: ${purpose}.`,
    unknown: 'not known to the ledger',
    may: 'You may contact this person.',
    mayNot: 'Do not contact this person:',
    first: 'Reserve first: two agents cannot take the same place.',
    reserve: 'Reserve the call',
    reserved: (until: string) => `The call is reserved until ${until}. How did it end?`,
    ended: (outcome: string) => `Recorded: ${outcome}.`,
    correct: 'Correct the outcome:',
    expired: 'This link has run out: ask for another one for this contact. A “no” is always taken.',
    away: 'The ledger does not answer at the moment: do not contact this person, and try again.',
    stop: 'The person asks not to be called any more',
    stopMore: 'One click will do: the withdrawal takes effect at once.',
    stopped: 'It is recorded',
    stoppedMore: 'The person will not be contacted like this any more. The withdrawal takes effect now.',
    damaged: 'This link is not complete',
    damagedMore:
      'Nothing was recorded. Open the record from your tool again; if the person asked not to be called any more, report it at once.',
  },
} as const;

type PageWords = (typeof words)[UiLanguage];

/**
 * Whether the person may be contacted, with the buttons that fit; the "no" is always there. `state` is `undefined` where
 * the ledger does not answer now.
 */
export function agentPage(
  language: UiLanguage,
  named: NamedContact,
  state: TaskState | undefined,
  declined: RejectionCode | undefined,
): string {
  const w = words[language];
  const told =
    declined === undefined ? html`` : html`<p role="alert">${problems[declined][language].detail}</p>`;
  return personPageOf(
    language,
    w.title,
    html`<h1>${w.title}</h1>
      ${aboutOf(language, named)} ${told}
      <form method="post">
        ${whatNow(w, language, state)}
        <hr />
        <p><button type="submit" name="act" value="stop">${w.stop}</button></p>
        <p class="soft">${w.stopMore}</p>
      </form>`,
  );
}

/** Says that the person's "no" is recorded. */
export function stoppedPage(language: UiLanguage, named: NamedContact): string {
  const w = words[language];
  return personPageOf(
    language,
    w.stopped,
    html`<h1>${w.stopped}</h1>
      <p role="status">${w.stoppedMore}</p>
      ${aboutOf(language, named)}`,
  );
}

/** Says that the link cannot be read, and that a "no" must not be lost by it. */
export function damagedAgentPage(language: UiLanguage): string {
  const w = words[language];
  return personPageOf(
    language,
    w.damaged,
    html`<h1>${w.damaged}</h1>
      <p>${w.damagedMore}</p>`,
  );
}

function whatNow(w: PageWords, language: UiLanguage, state: TaskState | undefined): Html {
  if (state === undefined) return html`<p role="status">${w.away}</p>`;
  if (state.isExpired) return html`<p role="status">${w.expired}</p>`;
  const { reasons, reservedUntil, outcome } = state;
  if (outcome !== undefined) {
    const known = agentOutcomes.find((one) => one === outcome);
    const text = known === undefined ? w.stop : outcomeWords[known][language];
    return html`<p role="status">${w.ended(text)}</p>
      <p>${w.correct}</p>
      ${outcomes(language)}`;
  }
  if (reservedUntil !== undefined) {
    return html`<p role="status">${w.reserved(timeOf(reservedUntil, language))}</p>
      ${reasons.length === 0 ? html`` : refusal(w, language, reasons)} ${outcomes(language)}`;
  }
  if (reasons.length > 0) return refusal(w, language, reasons);
  return html`<p role="status"><strong>${w.may}</strong> ${w.first}</p>
    <p><button type="submit" name="act" value="reserve">${w.reserve}</button></p>`;
}

function refusal(w: PageWords, language: UiLanguage, reasons: TaskState['reasons']): Html {
  return html`<p role="status"><strong>${w.mayNot}</strong></p>
    <ul>
      ${reasons.map((code) => html`<li>${reasonWords[code][language]}</li>`)}
    </ul>`;
}

function outcomes(language: UiLanguage): Html {
  return html`${agentOutcomes.map(
    (one) =>
      html`<p><button type="submit" name="act" value="${one}">${outcomeWords[one][language]}</button></p>`,
  )}`;
}

function aboutOf(language: UiLanguage, { channel, purposeName }: NamedContact): Html {
  const w = words[language];
  return html`<p>${w.about(channelWords[channel][language], purposeName ?? w.unknown)}</p>`;
}

/** Time of day in Paris. */
function timeOf(instant: string, language: UiLanguage): string {
  return new Intl.DateTimeFormat(language === 'fr' ? 'fr-FR' : 'en-GB', {
    ...({ timeStyle: 'short', timeZone: 'Europe/Paris' } as const),
  }).format(new Date(instant));
}
