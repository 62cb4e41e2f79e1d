import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { TimelineEvent } from '../timeline-event.js';
import { evidenceOf, purposesOf } from '../timeline-event.js';
import type { Names } from './phrases.js';
import { sentenceOf, timelineTypes } from './sentence-of.js';

// Goal: every act that can be about a person reads as a sentence in both languages. Method: the golden event of every
// type, told aloud; the expected sentences stand here, so that a change of words is a decision.

interface Golden {
  readonly data: Readonly<Record<string, unknown>>;
  readonly metadata: { readonly sub: readonly string[] };
}

const LIBS = join(process.cwd(), 'libs');
const golden = new Map(
  readdirSync(LIBS).flatMap((lib) => {
    const folder = join(LIBS, lib, 'golden');
    const files = readdirSync(join(LIBS, lib)).includes('golden') ? readdirSync(folder) : [];
    return files.map((file): [string, Golden] => [
      file.split('.')[0] ?? '',
      JSON.parse(readFileSync(join(folder, file), 'utf8')) as Golden,
    ]);
  }),
);
const names: Names = {
  purpose: (_, language) => (language === 'fr' ? 'Lettre d’information' : 'Newsletter'),
};
const eventOf = (type: string, data: object = {}): TimelineEvent =>
  ({ type, data: { ...golden.get(type)?.data, ...data } }) as TimelineEvent;
const told = (type: string, data: object = {}): readonly [string, string] => [
  sentenceOf(eventOf(type, data), names, 'fr'),
  sentenceOf(eventOf(type, data), names, 'en'),
];

describe('every event about a person', () => {
  it('has a sentence', () => {
    const aboutPeople = [...golden]
      .filter(([, { metadata }]) => metadata.sub.length > 0)
      .map(([type]) => type);
    const untold = aboutPeople.filter((type) => !timelineTypes.includes(type));
    expect(untold).toEqual(
      untold.filter((type) => type === 'PersonalDataSealed' || type === 'ActorEnrolled'),
    );
    expect(timelineTypes.filter((type) => !golden.has(type))).toEqual([]);
  });

  it.each(timelineTypes)('%s reads as a sentence in both languages', (type) => {
    for (const sentence of told(type)) {
      expect(sentence).toMatch(/^[\p{Lu}«“].*\.$/u);
      expect(sentence).not.toMatch(/undefined|\[object|null|NaN| {2}/);
    }
  });

  it('names nobody and shows no id where a name is known', () => {
    const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-/;
    for (const type of timelineTypes) for (const sentence of told(type)) expect(sentence).not.toMatch(uuid);
  });
});

describe('the sentences', () => {
  it.each([
    [
      'SubjectRegistered',
      { audience: 'consumer', collection: 'direct', source: { kind: 'shop' } },
      'La personne est enregistrée (consommateur) ; ses données ont été recueillies auprès d’elle, origine : magasin.',
      'The person is registered (consumer); their data were collected from them, source: shop.',
    ],
    [
      'ContactPointAdded',
      { kind: 'external-id', system: 'crm' },
      'Un identifiant externe du système « crm » a été ajouté.',
      'An external id of the system “crm” was added.',
    ],
    [
      'ContactPointRectified',
      { kind: 'email', system: undefined, reason: 'outdated' },
      'Une adresse e-mail a été remplacée (valeur périmée) ; le nouveau point de contact n’hérite d’aucun consentement.',
      'An e-mail address was replaced (outdated); the new contact point inherits no consent.',
    ],
    [
      'SuppressionMatched',
      {},
      'Une coordonnée de la personne est sur la liste d’opposition depuis le 14 septembre 2026 : tout contact y est refusé par e-mail pour la finalité « Lettre d’information », et cela vaut pour elle.',
      'An address of the person has stood on the suppression list since 14 September 2026: contact by e-mail for the purpose “Newsletter” is unwanted there, and so it is of this person.',
    ],
    [
      'RelationshipEventRecorded',
      {},
      'Un contrat a commencé (« furniture » et « home-insurance »), origine : magasin ; les coordonnées de la personne ont alors été recueillies auprès d’elle, avec possibilité de s’opposer.',
      'A contract started (“furniture” and “home-insurance”), source: shop; the person’s contact details were then collected from them, with a chance to object.',
    ],
    [
      'RelationshipEventRecorded',
      { kind: 'login', productCategories: [], contactCollection: undefined, source: 'app' },
      'La personne s’est connectée à son compte, origine : application.',
      'The person logged in to their account, source: app.',
    ],
    [
      'InformationGiven',
      {},
      'La personne a été informée du traitement de ses données (données recueillies auprès d’un tiers, art. 14) par e-mail : mention version 2, en français.',
      'The person was informed of the processing of their data (data from somebody else, Art. 14) by e-mail: notice version 2, in French.',
    ],
    [
      'PreferencesStated',
      {},
      'La personne a dit ce qu’elle souhaite lire : « nouveautes » ; pas « soldes » ; une fois par mois.',
      'The person said what they like to read: “nouveautes”; not “soldes”; once a month.',
    ],
    [
      'PreferencesStated',
      { topics: [], frequency: undefined },
      'La personne a dit ce qu’elle souhaite lire : aucun souhait particulier.',
      'The person said what they like to read: no wish in particular.',
    ],
    [
      'SubjectsLookedUp',
      { kinds: ['email', 'phone'], items: 1, archive: undefined, reason: undefined },
      'La personne a été trouvée par une recherche (une adresse e-mail et un numéro de téléphone ; 1 valeur cherchée).',
      'The person was found by a look-up (an e-mail address and a telephone number; 1 value looked for).',
    ],
    [
      'SubjectsLookedUp',
      { kinds: ['phone'], items: 1, archive: true, reason: 'data-subject-request' },
      'Une preuve conservée au sujet de la personne a été trouvée par une recherche dans l’archive (un numéro de téléphone ; 1 valeur cherchée), motif : exercice d’un droit.',
      'Proof retained about the person was found by a look into the archive (a telephone number; 1 value looked for), reason: exercise of a right.',
    ],
    [
      'PersonalDataRevealed',
      { fields: ['name'], reason: 'complaint' },
      'Des données de la personne ont été consultées (un nom), motif : réclamation.',
      'Data of the person were read (a name), reason: complaint.',
    ],
    [
      'ChoicesCaptured',
      { form: { version: 3 }, answers: ['given', 'given', 'refused'].map((choice) => ({ choice })) },
      'La personne a rempli un formulaire de collecte (version 3) : 2 choix acceptés, 1 refusé, 0 sans réponse.',
      'The person filled in a collection form (version 3): 2 choices accepted, 1 refused, 0 left open.',
    ],
    [
      'ConsentGiven',
      { indicatedBy: 'data-subject', channel: 'email', validUntil: '2026-03-12T22:59:59.000Z' },
      'La personne a consenti à un contact par e-mail pour la finalité « Lettre d’information », jusqu’au 12 mars 2026.',
      'The person gave consent to contact by e-mail for the purpose “Newsletter”, until 12 March 2026.',
    ],
    [
      'ConsentGiven',
      { indicatedBy: 'minor-and-parent', channel: 'sms-mms', validUntil: undefined, consentType: 'explicit' },
      'La personne mineure, avec le titulaire de l’autorité parentale, a consenti explicitement à un contact par SMS ou MMS pour la finalité « Lettre d’information ».',
      'The minor, together with the holder of parental authority, gave explicit consent to contact by SMS or MMS for the purpose “Newsletter”.',
    ],
    [
      'ConsentRefused',
      { indicatedBy: 'data-subject', channel: 'post' },
      'La personne a refusé tout contact par courrier postal pour la finalité « Lettre d’information ».',
      'The person refused any contact by post for the purpose “Newsletter”.',
    ],
    [
      'ConsentWithdrawn',
      { indicatedBy: 'data-subject', purposeId: 'unknown', channel: 'all', reason: 'never-agreed' },
      'La personne a retiré son consentement à un contact par quelque canal que ce soit pour une finalité que le registre ne connaît pas, ce qui vaut pour toutes, motif : la personne dit n’avoir jamais consenti.',
      'The person withdrew consent to contact by any channel for a purpose that the ledger does not know, which counts for every purpose, reason: the person says they never agreed.',
    ],
    [
      'ConsentRequested',
      {
        asks: [{ purposeId: 'all', channel: 'email' }],
        expiresAt: '2026-11-30T10:00:00.000Z',
        reason: 'consent-ending',
        supersedes: [],
      },
      'Le consentement de la personne est demandé par e-mail pour toutes les finalités, réponse possible jusqu’au 30 novembre 2026 (le consentement arrive à son terme).',
      'The person is asked for consent by e-mail for every purpose, to be answered until 30 November 2026 (the consent nears its end).',
    ],
    [
      'ConsentRequested',
      {
        asks: Array.from({ length: 4 }, () => ({ purposeId: 'all', channel: 'email' })),
        reason: 'new-contact',
        expiresAt: '2026-11-30T10:00:00.000Z',
        supersedes: [],
      },
      'Le consentement de la personne est demandé sur 4 questions, réponse possible jusqu’au 30 novembre 2026 (nouveau contact).',
      'The person is asked for consent on 4 questions, to be answered until 30 November 2026 (new contact).',
    ],
    [
      'ConsentRequested',
      {
        asks: [{ purposeId: 'all', channel: 'email' }],
        expiresAt: '2026-11-30T10:00:00.000Z',
        reason: 'new-contact',
        supersedes: ['5c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f'],
      },
      'Le consentement de la personne est demandé par e-mail pour toutes les finalités, réponse possible jusqu’au 30 novembre 2026 (nouveau contact), à la place d’une demande antérieure.',
      'The person is asked for consent by e-mail for every purpose, to be answered until 30 November 2026 (new contact), in the place of an earlier request.',
    ],
    [
      'ConsentRequestAnswered',
      { answers: ['given', 'refused'].map((choice) => ({ choice })) },
      'La personne a répondu à une demande de consentement : 1 choix accepté, 1 refusé, 0 sans réponse.',
      'The person answered a request for consent: 1 choice accepted, 1 refused, 0 left open.',
    ],
    [
      'ConsentExpired',
      { channel: 'phone-human', occurredAt: '2026-11-30T10:00:00.000Z' },
      'Le consentement à un contact par téléphone pour la finalité « Lettre d’information » a expiré le 30 novembre 2026.',
      'Consent to contact by telephone for the purpose “Newsletter” expired on 30 November 2026.',
    ],
    [
      'ConsentRevoked',
      { channel: 'email', reason: 'purpose-ended' },
      'Il a été mis fin au consentement à un contact par e-mail pour la finalité « Lettre d’information », par un autre que la personne (la finalité a pris fin).',
      'Consent to contact by e-mail for the purpose “Newsletter” was ended by another than the person (the purpose has ended).',
    ],
    [
      'ConsentInvalidated',
      { channel: 'email', defects: ['not-free', 'not-provable'] },
      'Le consentement à un contact par e-mail pour la finalité « Lettre d’information » est reconnu non valable depuis l’origine : il n’était pas libre et il ne peut pas être démontré.',
      'Consent to contact by e-mail for the purpose “Newsletter” is found never to have been valid: it was not freely given and it cannot be demonstrated.',
    ],
    [
      'ObjectionRaised',
      { indicatedBy: 'data-subject', kind: 'marketing', purposeId: 'all', channel: 'all' },
      'La personne s’est opposée à la prospection par quelque canal que ce soit pour toutes les finalités.',
      'The person objected to marketing by any channel for every purpose.',
    ],
    [
      'ProcessingRestricted',
      { purposeIds: 'all', initiator: 'data-subject', ground: 'accuracy' },
      'Le traitement est limité à la conservation pour toutes les finalités, à la demande de la personne (exactitude contestée, art. 18(1)(a) du RGPD).',
      'Processing is limited to storage for every purpose, at the person’s request (accuracy contested, Art. 18(1)(a) GDPR).',
    ],
    [
      'ErasureOrdered',
      {
        scopes: ['identity', 'marketing'],
        initiator: 'data-subject',
        ground: 'consent-withdrawn',
        retained: [{ scope: 'contract', until: '2030-12-31' }],
      },
      'L’effacement est ordonné à la demande de la personne (consentement retiré) : identité et prospection ; conservé : contrat jusqu’au 31 décembre 2030.',
      'Erasure is ordered at the person’s request (consent withdrawn): identity and marketing; kept: contract until 31 December 2030.',
    ],
    [
      'ValueErasureOrdered',
      {
        values: [{ scope: 'identity' }, { scope: 'identity' }],
        initiator: 'data-subject',
        ground: 'no-longer-necessary',
      },
      'L’effacement de 2 valeurs est ordonné à la demande de la personne (données devenues inutiles) : identité ; le reste est conservé.',
      'Erasure of 2 values is ordered at the person’s request (no longer necessary): identity; everything else is kept.',
    ],
    [
      'KeyDestructionStarted',
      { scopes: [], keys: [{ scope: 'identity' }] },
      'L’effacement devient irréversible : destruction de 1 clé (anciennes générations : identité).',
      'The erasure becomes irreversible: destruction of 1 key (older generations: identity).',
    ],
    [
      'RecipientPackagePrepared',
      { dueBy: '2026-12-02' },
      'Avant l’effacement, de quoi retrouver la personne a été scellé pour un destinataire, qui doit répondre au plus tard le 2 décembre 2026.',
      'Before the erasure, what is needed to find the person was sealed for a recipient, who must answer by 2 December 2026.',
    ],
    [
      'RecipientInformed',
      {},
      'Un destinataire a été informé de l’effacement.',
      'A recipient was told of the erasure.',
    ],
    [
      'RecipientAcknowledged',
      { outcome: 'erased' },
      'Un destinataire a répondu à l’effacement : données effacées.',
      'A recipient answered the erasure: data erased.',
    ],
    [
      'RecipientFailed',
      { reason: 'no-answer-in-time' },
      'Un destinataire n’a pas pu être informé de l’effacement : pas de réponse dans le délai.',
      'A recipient was not told of the erasure: no answer in time.',
    ],
    [
      'SuppressionPrepared',
      { entries: 2 },
      'Avant l’effacement, 2 entrées ont été portées sur la liste d’opposition.',
      'Before the erasure, 2 entries were made in the suppression list.',
    ],
    [
      'KeyDestructionStarted',
      { scopes: ['identity'], keys: [{}] },
      'L’effacement devient irréversible : destruction de 1 clé (identité).',
      'The erasure becomes irreversible: destruction of 1 key (identity).',
    ],
    [
      'SubjectKeyDestroyed',
      { scope: 'identity', technique: 'crypto-shred' },
      'Les données sont devenues illisibles (identité) : destruction de la clé.',
      'Data became unreadable (identity): destruction of the key.',
    ],
    [
      'PersonalStreamClosed',
      { scope: 'identity', generation: 1, lastRevision: 4 },
      'L’emplacement des données devenues illisibles est fermé pour toujours (identité).',
      'The place of the data that became unreadable is closed for ever (identity).',
    ],
    [
      'PersonalStreamsPurged',
      { technique: 'physical-delete', backupsDeadBy: '2026-12-03' },
      'Les données sont effacées : suppression physique, vérifiée sur chaque nœud ; la dernière sauvegarde expire au plus tard le 3 décembre 2026.',
      'The data is erased: physical deletion, verified on every node; the last backup expires by 3 December 2026.',
    ],
    [
      'PersonalStreamsPurged',
      { technique: 'stream-scavenge', backupsDeadBy: undefined },
      'Les données sont effacées : purge du journal, vérifiée sur chaque nœud.',
      'The data is erased: scavenge of the stream, verified on every node.',
    ],
    [
      'ContactAttemptReserved',
      { channel: 'phone-human' },
      'Un contact à venir par téléphone pour la finalité « Lettre d’information » est réservé.',
      'A contact to come by telephone for the purpose “Newsletter” is reserved.',
    ],
    [
      'ContactReservationReleased',
      { reason: 'cancelled' },
      'Un contact réservé n’a pas eu lieu (annulé).',
      'A reserved contact did not take place (cancelled).',
    ],
    [
      'ContactMade',
      { channel: 'phone-human', outcome: 'asked-to-stop' },
      'Contact par téléphone pour la finalité « Lettre d’information » : la personne a demandé que cela cesse.',
      'Contact by telephone for the purpose “Newsletter”: the person asked for it to stop.',
    ],
    [
      'ContactMade',
      { channel: 'autodialer', outcome: 'no-answer', purposeId: 'unknown' },
      'Contact par automate d’appel pour une finalité que le registre ne connaît pas : pas de réponse.',
      'Contact by automated call for a purpose that the ledger does not know: no answer.',
    ],
    [
      'DecisionRecorded',
      {},
      'On a demandé si la personne peut être contactée par e-mail pour la finalité « Lettre d’information » : non autorisé (motifs : consentement retiré, aucun consentement).',
      'It was asked whether the person may be contacted by e-mail for the purpose “Newsletter”: not permitted (reasons: consent withdrawn, no consent).',
    ],
    [
      'DecisionRecorded',
      { permitted: true, reasons: [] },
      'On a demandé si la personne peut être contactée par e-mail pour la finalité « Lettre d’information » : autorisé.',
      'It was asked whether the person may be contacted by e-mail for the purpose “Newsletter”: permitted.',
    ],
    [
      'ErasureCompleted',
      {},
      'L’effacement est achevé : chaque étape est prouvée.',
      'The erasure is completed: every step is proven.',
    ],
  ])('of %s', (type, data, fr, en) => {
    expect(told(type, data)).toEqual([fr, en]);
  });

  it('name a purpose that the ledger does not find by its id', () => {
    const nameless: Names = { purpose: () => undefined };
    const event = eventOf('ConsentRefused', { purposeId: '2d9f4b7a-6c1e-4e8b-a3d5-0f1b2c3d4e5f' });
    expect(sentenceOf(event, nameless, 'fr')).toContain('« 2d9f4b7a-6c1e-4e8b-a3d5-0f1b2c3d4e5f »');
  });
});

describe('the evidence of an event', () => {
  it('is every reference in it, wherever it stands', () => {
    const ref = (n: number) => ({ kind: 'sealed', scope: 'evidence', eventId: `e${String(n)}` });
    const data = { evidence: [ref(1), ref(2)], parentalConsent: ref(3), value: null, proof: { n: 1 } };
    expect(evidenceOf(data).map(({ eventId }) => eventId)).toEqual(['e1', 'e2', 'e3']);
  });

  it('and its purposes are the ones it names', () => {
    expect(purposesOf(eventOf('ConsentWithdrawn', { purposeId: 'all' }))).toEqual([]);
    const id = '2d9f4b7a-6c1e-4e8b-a3d5-0f1b2c3d4e5f';
    expect(purposesOf(eventOf('ProcessingRestricted', { purposeIds: [id] }))).toEqual([id]);
    expect(purposesOf(eventOf('ConsentRequested', { asks: [{ purposeId: id }] }))).toEqual([id]);
  });
});
