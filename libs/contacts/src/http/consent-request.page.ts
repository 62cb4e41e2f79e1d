import type { PutRequest } from '#consent';
import { html, personPageOf, type Html, type UiLanguage } from '#http';
import type { PutQuestion, RecordedAnswer, RequestView, ShownNotice } from '../application/put-requests.js';
import { capital, onDay } from '../domain/sentences/phrases.js';
import type { Words } from '../domain/sentences/words.js';
import { requestPageWords } from './consent-request.words.js';

type Closed = Exclude<PutRequest['state'], 'open'>;

/** Who asks what, until when, and the buttons that answer: yes and no equally easy, nothing chosen beforehand. */
export function requestPage(language: UiLanguage, view: RequestView, isNothingSaid = false): string {
  const w = requestPageWords[language];
  const isSignUp = view.requested.reason === 'sign-up-to-confirm';
  const title = isSignUp ? w.confirmTitle : w.askTitle;
  const about = (isSignUp ? w.confirmAbout : w.askAbout)(view.controller);
  const why = w.why[view.requested.reason];
  return personPageOf(
    language,
    title,
    html`<h1>${title}</h1>
      ${isNothingSaid ? html`<p role="status"><strong>${w.nothingSaid}</strong></p>` : html``}
      ${why === '' ? html`` : html`<p>${why}</p>`}
      <p>${about}</p>
      <form method="post">${isSignUp ? toConfirm(language, view) : toChoose(language, view)}</form>
      ${terms(language, view)}`,
  );
}

/** One click says whether the sign-up was theirs. */
function toConfirm(language: UiLanguage, view: RequestView): Html {
  const w = requestPageWords[language];
  const items = view.questions.map(
    (question) => html`<li>${capital(question.words[language])}${labelOf(question, view)}</li> `,
  );
  return html`<ul>
      ${items}
    </ul>
    <p class="answers">
      <button type="submit" name="answer" value="yes">${w.confirm}</button>
      <button type="submit" name="answer" value="no">${w.decline}</button>
    </p>`;
}

/** A yes and a no for each purpose on each channel. */
function toChoose(language: UiLanguage, view: RequestView): Html {
  const w = requestPageWords[language];
  const questions = view.questions.map(
    (question, index) =>
      html`<fieldset>
        <legend>${capital(question.words[language])}</legend>
        ${labelOf(question, view)}
        <label><input type="radio" name="c${index}" value="yes" /> ${w.yes}</label>
        <label><input type="radio" name="c${index}" value="no" /> ${w.no}</label>
      </fieldset> `,
  );
  return html`${questions}
    <p class="answers">
      <button type="submit" name="answer" value="choices">${w.save}</button>
      <button type="submit" name="answer" value="no">${w.noToAll}</button>
    </p>`;
}

/** The words of the form, in their own language. */
function labelOf({ label }: PutQuestion, { language }: RequestView): Html {
  return label === undefined ? html`` : html`<p lang="${language}">${label}</p>`;
}

function terms(language: UiLanguage, { requested, validityMonths, token }: RequestView): Html {
  const w = requestPageWords[language];
  const months = validityMonths === undefined ? '' : `${w.months(validityMonths)} `;
  return html`<p>${months}${w.withdraw}</p>
    <p><a href="/c/${token}/notice">${w.notice}</a></p>
    <p class="soft">${w.until(onDay(requested.expiresAt, language))}</p>`;
}

/** What is recorded from now on, for how long, and how each yes is taken back. */
export function answeredPage(language: UiLanguage, answer: RecordedAnswer): string {
  const w = requestPageWords[language];
  const { given, refused, address, isYesLeftOut } = answer;
  const yeses = given.map(({ words, validUntil, withdrawal }) => {
    const until = validUntil === undefined ? w.open : w.validUntil(onDay(validUntil, language));
    return html`<li>
      ${capital(words[language])}, ${until}. <a href="/u/${withdrawal}">${w.take(words[language])}</a>
    </li> `;
  });
  return personPageOf(
    language,
    w.done,
    html`<h1>${w.done}</h1>
      <p role="status">${w.doneAbout}</p>
      ${isYesLeftOut ? html`<p>${w.yesLeftOut}</p>` : html``} ${listOf(w.saidYes, yeses)}
      ${given.length === 0 || address === undefined ? html`` : html`<p>${w.holdsFor(address)}</p>`}
      ${listOf(
        w.saidNo,
        refused.map((words: Words) => html`<li>${capital(words[language])}</li> `),
      )}`,
  );
}

function listOf(title: string, items: readonly Html[]): Html {
  if (items.length === 0) return html``;
  return html`<h2>${title}</h2>
    <ul>
      ${items}
    </ul>`;
}

/** Why a yes is not taken any more, what to do, and the no that always is. */
export function closedPage(language: UiLanguage, state: Closed, { answer }: RequestView): string {
  const w = requestPageWords[language];
  const { title, about, next } = w.states[state];
  const day = answer === undefined ? '' : onDay(answer.occurredAt, language);
  return personPageOf(
    language,
    title,
    html`<h1>${title}</h1>
      <p role="status">${about(day)}</p>
      <p>${next}</p>
      <form method="post">
        <p>${w.stillNo}</p>
        <p><button type="submit" name="answer" value="no">${w.refuse}</button></p>
      </form>`,
  );
}

/** The notice whose text the person is given (Art. 13), word for word. */
export function noticePage(
  language: UiLanguage,
  { language: written, title, text }: ShownNotice,
  token: string,
): string {
  const name = language === 'en' ? (title.en ?? title.fr) : title.fr;
  const paragraphs = text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p> `);
  return personPageOf(
    language,
    name,
    html`<h1>${name}</h1>
      <div lang="${written}" class="notice">${paragraphs}</div>
      <p><a href="/c/${token}">${requestPageWords[language].back}</a></p>`,
  );
}

/** Says that the link cannot be read, that nothing was recorded, and what to do. */
export function damagedRequestPage(language: UiLanguage): string {
  const { damaged, damagedAbout } = requestPageWords[language];
  return personPageOf(
    language,
    damaged,
    html`<h1>${damaged}</h1>
      <p>${damagedAbout}</p>`,
  );
}
