import { invalidRequest } from '#http';
import type { Channel } from '#kernel';

/** The questions of one form fit into one event. */
const MAX_QUESTIONS = 100;

/** Two answers to one question contradict each other, and a question is put once. Throws `invalid-request`. */
export function assertEachOnce(
  choices: readonly { readonly purposeId: string; readonly channels: readonly Channel[] }[],
  place = '/choices',
): void {
  const asked = new Set<string>();
  choices.forEach(({ purposeId, channels }, index) => {
    for (const channel of channels) {
      const question = `${purposeId} ${channel}`;
      if (asked.has(question)) {
        throw invalidRequest([{ pointer: `${place}/${String(index)}`, code: 'not-unique' }]);
      }
      asked.add(question);
    }
  });
  if (asked.size > MAX_QUESTIONS) {
    throw invalidRequest([{ pointer: place, code: 'too-many', rule: { limit: MAX_QUESTIONS } }]);
  }
}
