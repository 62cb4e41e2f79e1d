import { html, personPageOf, type Html, type UiLanguage } from '#http';
import { capital, forPurpose } from '../domain/sentences/phrases.js';
import { byChannel } from '../domain/sentences/words.js';
import type { LinkTarget } from '../domain/link-target.js';

/** What the page names: a purpose by its name in the language of the page. */
export interface Named {
  readonly target: LinkTarget;
  readonly purposeName: string | undefined;
}

const words = {
  fr: {
    ask: 'Se désinscrire',
    about: 'Vous demandez à ne plus être contacté(e) :',
    stop: 'Me désinscrire',
    all: 'Ne plus me contacter du tout, par aucun canal',
    done: 'C’est fait',
    doneAbout: 'Votre choix est enregistré et vaut dès maintenant. Vous ne serez plus contacté(e) :',
    queued: 'Un message déjà parti peut encore vous parvenir.',
    damaged: 'Ce lien n’est pas complet',
    damagedAbout:
      'Rien n’a été changé. Copiez l’adresse entière depuis le message, ou répondez-lui pour demander à ne plus être contacté(e) : votre demande sera prise en compte de la même façon.',
  },
  en: {
    ask: 'Unsubscribe',
    about: 'You ask not to be contacted any more:',
    stop: 'Unsubscribe',
    all: 'Do not contact me at all, on any channel',
    done: 'It is done',
    doneAbout: 'Your choice is recorded and takes effect now. You will not be contacted any more:',
    queued: 'A message that is on its way may still reach you.',
    damaged: 'This link is not complete',
    damagedAbout:
      'Nothing was changed. Copy the whole address from the message, or answer it and ask not to be contacted any more: your request counts just the same.',
  },
} as const;

/** Shows what the link would end, and asks for the click that does: a mail scanner that follows links ends nothing. */
export function askPage(language: UiLanguage, named: Named): string {
  const { ask, about, stop, all } = words[language];
  const isAll = named.target.purposeId === 'all' && named.target.channel === 'all';
  const everything = isAll
    ? html``
    : html`<p><button type="submit" name="scope" value="all">${all}</button></p>`;
  return personPageOf(
    language,
    ask,
    html`<h1>${ask}</h1>
      <p>${about}</p>
      ${whatOf(language, named)}
      <form method="post">
        <p><button type="submit" name="scope" value="this">${stop}</button></p>
        ${everything}
      </form>`,
  );
}

/** Says that it is done, and what from now on holds. */
export function donePage(language: UiLanguage, named: Named): string {
  const { done, doneAbout, queued } = words[language];
  return personPageOf(
    language,
    done,
    html`<h1>${done}</h1>
      <p role="status">${doneAbout}</p>
      ${whatOf(language, named)}
      <p class="soft">${queued}</p>`,
  );
}

/** Says that the link cannot be read, that nothing was changed, and what to do. */
export function damagedPage(language: UiLanguage): string {
  const { damaged, damagedAbout } = words[language];
  return personPageOf(
    language,
    damaged,
    html`<h1>${damaged}</h1>
      <p>${damagedAbout}</p>`,
  );
}

function whatOf(language: UiLanguage, { target, purposeName }: Named): Html {
  const names = { purpose: () => purposeName };
  const text = `${byChannel[target.channel][language]}, ${forPurpose(target.purposeId, names, language)}`;
  return html`<p><strong>${capital(text)}</strong></p>`;
}
