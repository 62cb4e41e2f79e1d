import type { Language } from '../doctor/texts.js';
import type { StoreDifference } from './store-difference.js';

type Words = (values: Readonly<Record<string, string | number>>) => string;

const EN = {
  ledger: ({ ledger }) => `Ledger ${ledger}`,
  generations: ({ known, found }) => `Generation: the databases know ${known}, the store says ${found}`,
  ends: ({ index, position }) => `The audit copy knows entry ${index}, at position ${position}`,
  nothing: () => 'The store holds everything that the databases know. There is nothing to accept.',
  gap: ({ missing, from, to }) =>
    `The store lacks ${missing} events that the audit copy knows, between entries ${from} and ${to}:`,
  category: ({ category, missing, lost }) => `  ${category}: ${missing}, of which lost for good ${lost}`,
  unseen: ({ unseen }) => `The store holds ${unseen} events that the audit copy has not copied; they stay.`,
  reentry: ({ reentered, lost }) =>
    `${reentered} are entered again from the audit copy, each at its place. ${lost} are lost for good: sealed values, and ` +
    'what a stream went another way after.',
  held: ({ held }) =>
    `About ${held} people more was answered than anybody still holds: whether one may contact them is answered no from here on.`,
  begun: () => 'A restoration was begun and not ended: accepting it ends it.',
  how: ({ lost }) =>
    `To accept the store as it stands: --accept-loss ${lost} --cause <hardware|corruption|operator-error|attack|migration|other> ` +
    '[--reference <slug>] [--operator <actor id>]. Nothing was changed.',
  mismatch: ({ given, lost }) =>
    `--accept-loss says ${given}, and ${lost} events are lost. Nothing was changed.`,
  busy: ({ processes }) =>
    `${processes} connections of Greffe are open. Stop every process, then try again. Nothing was changed.`,
  done: ({ generation, reentered, lost }) =>
    `Accepted. Generation ${generation}: ${reentered} events entered again, ${lost} lost. Start Greffe: it makes its read models anew.`,
} satisfies Record<string, Words>;

const FR: Record<keyof typeof EN, Words> = {
  ledger: ({ ledger }) => `Registre ${ledger}`,
  generations: ({ known, found }) =>
    `Génération : les bases connaissent ${known}, le magasin indique ${found}`,
  ends: ({ index, position }) => `La copie d’audit connaît l’entrée ${index}, en position ${position}`,
  nothing: () => 'Le magasin contient tout ce que les bases connaissent. Il n’y a rien à accepter.',
  gap: ({ missing, from, to }) =>
    `Il manque au magasin ${missing} événements que la copie d’audit connaît, entre les entrées ${from} et ${to} :`,
  category: ({ category, missing, lost }) => `  ${category} : ${missing}, dont perdus à jamais ${lost}`,
  unseen: ({ unseen }) =>
    `Le magasin contient ${unseen} événements que la copie d’audit n’a pas copiés ; ils restent.`,
  reentry: ({ reentered, lost }) =>
    `${reentered} sont réinscrits depuis la copie d’audit, chacun à sa place. ${lost} sont perdus à jamais : des valeurs ` +
    'scellées, et la suite des flux qui ont pris un autre cours.',
  held: ({ held }) =>
    `Au sujet de ${held} personnes, il a été répondu plus que ce que quiconque détient encore : la réponse à « peut-on les contacter ? » est désormais non.`,
  begun: () => 'Une restauration a été commencée et non terminée : l’accepter la termine.',
  how: ({ lost }) =>
    `Pour accepter le magasin tel qu’il est : --accept-loss ${lost} --cause <hardware|corruption|operator-error|attack|migration|other> ` +
    '[--reference <code>] [--operator <identifiant d’acteur>]. Rien n’a été modifié.',
  mismatch: ({ given, lost }) =>
    `--accept-loss indique ${given}, or ${lost} événements sont perdus. Rien n’a été modifié.`,
  busy: ({ processes }) =>
    `${processes} connexions de Greffe sont ouvertes. Arrêtez tous les processus, puis recommencez. Rien n’a été modifié.`,
  done: ({ generation, reentered, lost }) =>
    `Accepté. Génération ${generation} : ${reentered} événements réinscrits, ${lost} perdus. Démarrez Greffe : il refait ses modèles de lecture.`,
};

/** One line that the command says. */
export function restoredText(
  language: Language,
  key: keyof typeof EN,
  values: Readonly<Record<string, string | number>> = {},
): string {
  return (language === 'fr' ? FR : EN)[key](values);
}

/** What was found, line by line, for whoever has to decide. Names ids, counts and positions, nobody. */
export function linesOf(difference: StoreDifference, language: Language): readonly string[] {
  const { ledgerId, generations, lastKnown, gap, missing, lost, byCategory, unseen, held, begun } =
    difference;
  const say = (key: keyof typeof EN, values: Readonly<Record<string, string | number>> = {}): string =>
    restoredText(language, key, values);
  const people = new Set(held.map(({ subjectId }) => subjectId)).size;
  return [
    say('ledger', { ledger: ledgerId }),
    say('generations', generations),
    say('ends', { index: lastKnown.index, position: lastKnown.position }),
    ...(gap === undefined ? [say('nothing')] : []),
    ...(gap === undefined ? [] : [say('gap', { missing, from: placeOf(gap.from), to: placeOf(gap.to) })]),
    ...byCategory.map((one) => say('category', { ...one })),
    ...(unseen > 0 ? [say('unseen', { unseen })] : []),
    ...(missing > 0 ? [say('reentry', { reentered: missing - lost, lost })] : []),
    ...(people > 0 ? [say('held', { held: people })] : []),
    ...(begun === undefined ? [] : [say('begun')]),
  ];
}

function placeOf({ index, position }: { readonly index: number; readonly position: string }): string {
  return `${String(index)} (${position})`;
}
