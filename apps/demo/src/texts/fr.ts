import { rowWordsFr, wordsFr } from './words-fr.js';

/** The words of the demo in French, the source language. */
export const fr = {
  start: {
    title: 'Greffe : le registre des consentements d’une boutique, en trois minutes',
    about:
      'Greffe garde, comme des actes que nul ne réécrit, ce que chacun a permis ou interdit. Cette démonstration démarre un serveur à elle et lui parle par HTTP seulement, comme le ferait un CRM. Toutes les personnes sont inventées.',
    ready: (url: string, home: string) => `Serveur prêt : ${url}. Dossier temporaire : ${home}`,
    inEventStoreDb: 'Les actes vont dans l’EventStoreDB nommée par EVENTSTORE_URL, et y restent.',
    storeInUse:
      'L’EventStoreDB nommée par EVENTSTORE_URL contient déjà un registre. Un acte ne s’efface pas : donnez à la démonstration un serveur vide, ou retirez la variable.',
  },
  shop: {
    title: 'La boutique dit qui elle est et pourquoi elle traite des données',
    purposes: 'Maison Corbel déclare trois finalités. Chacune a une seule base légale par situation :',
    head: ['finalité', 'canaux', 'base légale'],
    notice: (sha256: string) =>
      `Elle publie sa notice d’information. Le texte est figé ; son empreinte dira plus tard ce qui a été montré : SHA-256 ${sha256}…`,
    form: 'Elle enregistre son formulaire tel qu’il est affiché : deux cases séparées, décochées, avec leurs mots.',
    personalText:
      'Une notice publiée reste pour toujours : un brouillon qui contient le numéro d’une personne est refusé.',
    register: 'Deux lignes entrent au registre des traitements (art. 30). Greffe dit ce qui manque :',
    complete: (name: string) => `${name} : complète`,
    incomplete: (name: string, missing: string) => `${name} : il manque « ${missing} »`,
  },
  contacts: {
    title: 'Les contacts du CRM arrivent',
    reads: (file: string, rows: number) =>
      `Lecture de ${file} : ${String(rows)} lignes, 16 requêtes à la fois.`,
    progress: (done: number, of: number) => `${String(done)} lignes sur ${String(of)}`,
    outcomes: 'Ce que sont devenues les lignes :',
    notes: 'Remarques du chemin :',
    report: (path: string) => `Le détail, ligne par ligne, pour un tableur : ${path}`,
    unknownIsNo:
      'Le CRM notait parfois « consentement donné ». Sans preuve, ce n’en est pas un : l’état est inconnu, et inconnu veut dire non. Un « non », lui, compte tout de suite et sans preuve.',
    rows: rowWordsFr,
  },
  signUp: {
    title: 'Il y a 28 jours : Camille s’inscrit',
    capture:
      'Camille coche la lettre et refuse les appels. Formulaire, notice et geste sont gardés ensemble :',
    grade: (channel: string, grade: string) => `oui à la lettre, par ${channel} ; preuve ${grade}`,
    retry: (replayed: string) =>
      `La boutique n’a pas reçu la réponse et envoie la même commande encore : même réponse, rien n’est compté deux fois (Idempotency-Replayed: ${replayed}).`,
    preTicked: 'Un partenaire veut faire valoir une case cochée d’avance. Réponse du registre :',
  },
  confirmation: {
    title: 'Aujourd’hui : Noé s’inscrit, et confirme d’un clic',
    signUp:
      'Son formulaire se confirme d’un clic. Le registre n’envoie rien : il répond par un lien et ce texte pour le message :',
    scanner:
      'La passerelle de sa messagerie ouvre le lien avant qu’il ne lise le message. Cela ne change rien :',
    click: 'Noé ouvre lui-même la page et presse « Je confirme » :',
    again: 'Des semaines plus tard, quelqu’un retrouve le message et presse encore le bouton :',
  },
  gate: {
    yes: (ground: string) => `Peut-on envoyer la lettre ? Oui : ${ground}.`,
    no: (reasons: string) => `Peut-on envoyer la lettre ? Non. ${reasons}`,
  },
  withdrawal: {
    title: 'Il y a 12 jours : Camille se désabonne',
    said: 'Un clic dans le message : l’adresse suffit, sans compte ni motif, et l’effet est immédiat.',
    backDated:
      'Aujourd’hui, un prestataire importe un « oui » de Camille, daté d’il y a 20 jours. C’est noté, avec sa date. Mais un « oui » plus ancien ne relève jamais un « non » :',
    asOf: 'Et ce qui valait un autre jour reste lisible (paramètre at) :',
    state: (day: string, state: string) => `${day} : ${state}`,
  },
  restriction: {
    title: 'Nadège conteste ses données : tout se fige',
    restricted:
      'Nadège dit que son dossier est faux. En attendant, ses données sont gardées et rien d’autre (art. 18).',
    newConsent: 'Elle accepte ensuite la lettre. Le consentement est noté ; la limitation reste au-dessus :',
    reveal: 'Une vendeuse veut lire son adresse :',
    lift: 'Lever la limitation sans l’avoir prévenue est refusé. On la prévient, puis on lève :',
    lifted: 'levée ; la lettre peut repartir',
  },
  mailbox: {
    title: 'Une boîte pour deux',
    register:
      'Jeanne et Paul Lenoir partagent une adresse. Greffe ne les confond pas : deux dossiers, reliés.',
    lookup: (count: number) =>
      `La recherche par adresse rend une liste : ${String(count)} personnes, sans leurs noms.`,
    stop: 'Un « stop » reçu de cette boîte, dont on ne sait qui l’a écrit, vaut pour les deux :',
    state: (who: string, state: string) => `personne ${who} : ${state}`,
  },
  timeline: {
    title: 'L’histoire de Camille, telle qu’un contrôle la lit',
    about: 'Une phrase par acte, avec les deux dates : quand c’est arrivé, quand c’est entré au registre.',
    act: (day: string, recorded: string, sentence: string, who: string) =>
      `${day} (inscrit le ${recorded}, par ${who}) : ${sentence}`,
    looks: (count: number) =>
      `Regarder laisse une trace. Consultations notées pendant cette démonstration : ${String(count)}.`,
  },
  erasure: {
    title: 'Camille demande l’effacement',
    dryRun: 'À blanc d’abord. Ce qui partira, ce qui doit rester, pourquoi et jusqu’à quand :',
    goes: (scopes: string) => `part : ${scopes}`,
    stays: (scope: string, until: string, rule: string) => `reste : ${scope}, jusqu’au ${until} (${rule})`,
    ordered: (ms: number) =>
      `Ordre donné. Les clés de ses données ont été détruites en ${String(ms)} ms : illisible partout, d’un coup.`,
    key: (scope: string, kid: string) => `clé détruite (${scope}) : ${kid}`,
    certificate: 'Le certificat dit ce qui est prouvé, et ce qui ne l’est pas :',
    purge:
      'Illisible n’est pas effacé. La purge vient d’elle-même chaque jour ; la déléguée à la protection des données la demande tout de suite :',
    gone: (ms: number) => `En ${String(ms)} ms, le certificat a changé :`,
    erased: (streams: number, technique: string, nodes: string) =>
      `effacé (${technique}) : ${String(streams)} flux chiffrés ; rien n’en reste sur : ${nodes}`,
  },
  remains: {
    title: 'Ce qui reste',
    reveal: 'Lire son adresse :',
    lookup: (count: number) => `La chercher par son adresse : ${String(count)} personne.`,
    timeline: (count: number) =>
      `Son histoire reste lisible pour un contrôle : ${String(count)} actes, sans un seul nom ni une adresse. La preuve tient.`,
    suppression: (count: number) =>
      `Son refus lui survit : ${String(count)} empreintes à clé sur la liste d’opposition, qui ne nomme personne.`,
    comesBack: 'Le CRM réimporte la même adresse : une nouvelle fiche, sans lien avec l’ancienne. Son état :',
  },
  end: {
    done: (seconds: number) => `Fini en ${String(seconds)} s.`,
    deleted: 'Dossier temporaire supprimé.',
    kept: (home: string) => `Dossier gardé : ${home}`,
    next: 'Pour continuer : npm start, puis la page /docs du serveur.',
  },
  words: wordsFr,
};

/** What every language of the demo has to say. */
export type Texts = typeof fr;
