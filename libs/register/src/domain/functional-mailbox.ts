const FUNCTIONS = new Set(
  (
    'abuse accueil achats aide assistance bonjour boutique cil clients client cnil commande commandes commercial ' +
    'communication comptabilite compliance confidentialite conformite consommateurs consent consentement contact ' +
    'cookies customer customers data datenschutz delegue desabonnement desinscription direction donnees ' +
    'donneespersonnelles dpd dpo droits ecoute equipe facturation gdpr hello help hotline hr info information ' +
    'informations infos jobs juridique legal livraison mail mailbox marketing media mediateur mediation ' +
    'newsletter noreply office optout personal personnelles postmaster presse press privacy protection protectiondesdonnees qualite ' +
    'reclamation reclamations recrutement relation relations reply request requests retour retours rgpd rh rights ' +
    'sales sav secretariat securite security service serviceclient serviceclients services shop siege stop ' +
    'support unsubscribe ventes vie vieprivee webmaster privee no ne pas repondre nepasrepondre opt out'
  ).split(' '),
);
const FILLERS = new Set(
  'a au aux be ch de des du en es et eu eur europe for fr france groupe group it la le les of pour the uk your'.split(
    ' ',
  ),
);

/**
 * Whether the part before the `@` names a function and nobody in particular (`contact`, `dpo-france`): such a mailbox
 * is not personal data, and notices have to print it (Art. 13(1)(a) and (b)).
 */
export function isFunctionalMailbox(localPart: string): boolean {
  const words = localPart
    .toLowerCase()
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .split(/[._+'-]+/u);
  return (
    words.some((word) => FUNCTIONS.has(word)) &&
    words.every((word) => FUNCTIONS.has(word) || FILLERS.has(word))
  );
}
