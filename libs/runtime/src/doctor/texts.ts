import { standsStill, type BackgroundRole } from '../presence/role-presence.js';
import type { Finding, FindingCode, Verdict } from './finding.js';

/** Languages of the doctor. */
export type Language = 'en' | 'fr';

const VERDICTS: Readonly<Record<Language, Readonly<Record<Verdict, string>>>> = {
  en: { ok: 'ok', attention: 'attention', broken: 'mend' },
  fr: { ok: 'ok', attention: 'attention', broken: 'à corriger' },
};

function roleMissing(role: BackgroundRole): readonly [en: string, fr: string] {
  const [en, fr] = standsStill[role];
  return [
    `role %a: no process has it (last seen: %d): ${en}. Start one with GREFFE_ROLES=%a`,
    `rôle %a : aucun processus ne l’exerce (vu pour la dernière fois : %d) : ${fr}. Démarrez-en un avec GREFFE_ROLES=%a`,
  ];
}

/** `%a`: what it is about; `%d`: what was seen; `%1` and so on: what was counted. */
const TEXTS: Readonly<Record<FindingCode, readonly [en: string, fr: string]>> = {
  'database-reached': ['%a: reached, as role %d', '%a : base jointe, rôle %d'],
  'database-away': [
    '%a cannot be used: %d. Check host, port, database, role and password',
    '%a est inutilisable : %d. Vérifiez hôte, port, base, rôle et mot de passe',
  ],
  'role-apart': [
    '%a: role %d owns nothing of what is recorded',
    '%a : le rôle %d ne possède rien de ce qui est enregistré',
  ],
  'role-owns': [
    '%a: role %d owns the tables and could change what is recorded. Use a role of its own, and OWNER_%a for migrations',
    '%a : le rôle %d possède les tables et pourrait modifier le registre. Créez un rôle distinct, et OWNER_%a pour les migrations',
  ],
  'clock-agrees': ['%a: clocks agree (%d s)', '%a : horloges d’accord (%d s)'],
  'clock-differs': [
    '%a: its clock differs from this machine’s by %d s. Run NTP (chrony, systemd-timesyncd) on both',
    '%a : son horloge s’écarte de %d s de celle de cette machine. Activez NTP (chrony, systemd-timesyncd) des deux côtés',
  ],
  'store-reached': ['%a: event store reached', '%a : magasin d’événements joint'],
  'store-away': [
    '%a: the event store does not answer: %d. Check host, port, tls= and tlsCAFile=',
    '%a : le magasin d’événements ne répond pas : %d. Vérifiez hôte, port, tls= et tlsCAFile=',
  ],
  'store-insecure': [
    '%a says tls=false: no encryption and no users, so anybody may write. For evaluation only',
    '%a indique tls=false : ni chiffrement ni comptes, n’importe qui peut écrire. Pour essai seulement',
  ],
  'store-in-postgresql': ['events live in PostgreSQL', 'les événements sont dans PostgreSQL'],
  'version-known': ['%a: version %d', '%a : version %d'],
  'version-old': [
    '%a: version %d is too old. Greffe needs 23.10 or later',
    '%a : la version %d est trop ancienne. Greffe demande 23.10 ou plus récent',
  ],
  'version-unknown': [
    '%a does not tell a version that Greffe knows (%d). It needs 23.10 or later',
    '%a ne donne pas de version connue de Greffe (%d). Il faut 23.10 ou plus récent',
  ],
  'user-known': [
    '%a: logged in as %d, no administrator',
    '%a : connecté comme %d, sans droits d’administrateur',
  ],
  'user-unknown': [
    '%a: its user cannot be examined: %d. Check user and password; npm run eventstore:rights makes users',
    '%a : le compte ne peut être examiné : %d. Vérifiez compte et mot de passe ; npm run eventstore:rights crée les comptes',
  ],
  'user-is-admin': [
    '%a: %d is in $admins. Use a user of Greffe’s own: npm run eventstore:rights',
    '%a : %d est dans $admins. Utilisez un compte propre à Greffe : npm run eventstore:rights',
  ],
  'right-there': ['%a: right %d is there', '%a : le droit %d est accordé'],
  'right-missing': [
    '%a: right %d is missing. Run npm run eventstore:rights',
    '%a : le droit %d manque. Lancez npm run eventstore:rights',
  ],
  'right-too-many': [
    '%a: its user need not have the right %d. npm run eventstore:rights sets users apart',
    '%a : ce compte n’a pas besoin du droit %d. npm run eventstore:rights sépare les comptes',
  ],
  'disk-free': ['%a: %d free', '%a : %d libres'],
  'disk-full': ['%a: only %d free. Make room', '%a : seulement %d libres. Faites de la place'],
  'disk-unknown': ['%a: free space unknown (%d)', '%a : espace libre inconnu (%d)'],
  'keys-private': ['%a: only its owner reads the keys', '%a : seul son propriétaire lit les clés'],
  'keys-open': [
    '%a: others can read key-encryption keys: %d. chmod -R go= on that folder',
    '%a : d’autres peuvent lire les clés de chiffrement : %d. chmod -R go= sur ce dossier',
  ],
  'keys-not-yet': ['%a: no keys yet', '%a : pas encore de clés'],
  'connections-enough': [
    '%a: PostgreSQL allows %1 connections; processes at work: %2, which may take %3; one configured like this: %4',
    '%a : PostgreSQL admet %1 connexions ; processus en service : %2, qui peuvent en prendre %3 ; un processus configuré ainsi : %4',
  ],
  'connections-too-few': [
    '%a: PostgreSQL allows only %1 connections; processes at work: %2, which may take %3; one configured like this: %4. Raise %d to %5 at least, or lower GREFFE_PROJECTION_SHARDS or the number of processes',
    '%a : PostgreSQL n’admet que %1 connexions ; processus en service : %2, qui peuvent en prendre %3 ; un processus configuré ainsi : %4. Portez %d à %5 au moins, ou réduisez GREFFE_PROJECTION_SHARDS ou le nombre de processus',
  ],
  'role-at-work': ['role %a: a process has it', 'rôle %a : un processus l’exerce'],
  'projector-missing': roleMissing('projector'),
  'eraser-missing': roleMissing('eraser'),
  'not-running': [
    'nothing is configured, and no Greffe runs in %a: start it with npm start, or set DATABASE_URL',
    'rien n’est configuré, et aucun Greffe ne tourne dans %a : lancez npm start, ou définissez DATABASE_URL',
  ],
};

/** The rights of a store's user, in words. */
const RIGHTS: Readonly<Record<string, readonly [en: string, fr: string]>> = {
  readsAll: ['“read $all”', '« lire $all »'],
  appends: ['“append”', '« écrire »'],
  closes: ['“tombstone”', '« clore un flux »'],
  scavenges: ['“scavenge” ($ops)', '« purger » ($ops)'],
};

/** French for a French locale, English for every other one (LC_ALL before LC_MESSAGES before LANG). */
export function languageOf(env: Readonly<Record<string, string | undefined>>): Language {
  const locale = [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find((value) => (value ?? '') !== '') ?? '';
  return locale.toLowerCase().startsWith('fr') ? 'fr' : 'en';
}

/** One line about one check: its verdict, then what is so or what to mend. */
export function lineOf(finding: Finding, language: Language): string {
  const { verdict, code, about, detail = '', numbers = [] } = finding;
  const i = language === 'en' ? 0 : 1;
  const seen = RIGHTS[detail]?.[i] ?? detail;
  const text = TEXTS[code][i].replace(/%([ad1-9])/g, (_, mark: string) =>
    mark === 'a' ? about : mark === 'd' ? seen : String(numbers[Number(mark) - 1] ?? '–'),
  );
  return `${VERDICTS[language][verdict].padEnd(10)}  ${text}`;
}
