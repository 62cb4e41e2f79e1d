const common = {
  role: 'controller',
  recipients: [
    { type: 'internal-service', precision: 'Service commercial' },
    { type: 'processor', precision: 'Plateforme d’envoi de courriels' },
  ],
  securityMeasures: [
    { type: 'access-control', precision: 'Comptes nominatifs, droits par rôle' },
    { type: 'encryption', precision: 'Données chiffrées par personne' },
  ],
  dataSource: 'La personne elle-même',
};

/** A complete line of the register (Art. 30(1)). */
export const prospecting = (controllerId: string, purposeIds: readonly string[]) => ({
  ...common,
  reference: 'prospection',
  name: 'Prospection commerciale',
  controllerId,
  mainPurpose: 'Faire connaître le mobilier de la maison à qui l’accepte',
  subPurposes: ['Lettre d’information', 'Conseil par téléphone'],
  purposeIds,
  subjectCategories: [
    { category: 'prospects', precision: 'Inscrits sur le site' },
    { category: 'customers' },
  ],
  dataCategories: [
    {
      category: 'identity',
      description: 'Nom, adresse électronique, téléphone',
      retention: 'Trois ans après le dernier contact venant de la personne',
    },
  ],
});

/** A line as registers often are: nobody wrote down when the data goes. */
export const deliveries = (controllerId: string, purposeIds: readonly string[]) => ({
  ...common,
  reference: 'commandes',
  name: 'Commandes et livraisons',
  controllerId,
  mainPurpose: 'Préparer, livrer et facturer les commandes',
  purposeIds,
  subjectCategories: [{ category: 'customers' }],
  dataCategories: [{ category: 'identity', description: 'Nom, adresses, téléphone' }],
});
