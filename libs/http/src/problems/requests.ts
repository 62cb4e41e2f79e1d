import type { PlatformCode } from './platform-code.js';
import type { ProblemType } from './problem-type.js';

/** Problems of the request itself: its credentials, its address, its shape. */
export const requestProblems = {
  'invalid-request': {
    status: 400,
    retry: 'change',
    fr: {
      title: 'Requête mal formée',
      detail: 'La requête n’a pas la forme attendue. « errors » nomme chaque endroit en cause.',
      wayOut:
        'Corrigez chaque champ nommé dans « errors ». La documentation de la route, sous /docs, donne la forme et un exemple.',
    },
    en: {
      title: 'Malformed request',
      detail: 'The request does not have the expected shape. `errors` names each place.',
      wayOut:
        'Correct each member named in `errors`. The route’s documentation under /docs gives the shape and an example.',
    },
  },
  unauthenticated: {
    status: 401,
    retry: 'change',
    fr: {
      title: 'Identification nécessaire',
      detail: 'La requête ne porte pas de jeton valide, ou ce jeton a expiré.',
      wayOut:
        'Demandez un jeton à votre fournisseur d’identité (ou utilisez une clé de service) et envoyez-le dans « Authorization: Bearer … ».',
    },
    en: {
      title: 'Authentication required',
      detail: 'The request carries no valid token, or the token has expired.',
      wayOut:
        'Get a token from your identity provider (or use a service key) and send it as `Authorization: Bearer …`.',
    },
  },
  forbidden: {
    status: 403,
    retry: 'no',
    fr: {
      title: 'Droit insuffisant',
      detail: 'Le jeton est valide, mais il ne donne pas le droit de faire ceci.',
      wayOut:
        'La documentation de la route nomme le droit (« scope ») nécessaire. Demandez-le à qui gère les accès ; une personne concernée n’atteint que ses propres données.',
    },
    en: {
      title: 'Insufficient rights',
      detail: 'The token is valid but does not give the right to do this.',
      wayOut:
        'The route’s documentation names the scope it needs. Ask whoever manages access; a data subject reaches their own data only.',
    },
  },
  'not-found': {
    status: 404,
    retry: 'no',
    fr: {
      title: 'Introuvable',
      detail: 'Rien n’existe à cette adresse.',
      wayOut: 'Vérifiez l’adresse et l’identifiant. Les routes sont décrites sous /docs.',
    },
    en: {
      title: 'Not found',
      detail: 'Nothing exists at this address.',
      wayOut: 'Check the address and the identifier. The routes are described under /docs.',
    },
  },
  erased: {
    status: 410,
    retry: 'no',
    fr: {
      title: 'Données effacées',
      detail: 'Les données de cette personne ont été effacées (RGPD, art. 17). Elles ne reviendront pas.',
      wayOut:
        'Retirez cet identifiant de votre système. Une personne qui revient est enregistrée comme une nouvelle personne. Un retrait ou une opposition reste toujours accepté.',
    },
    en: {
      title: 'Data erased',
      detail: 'This person’s data were erased (GDPR Art. 17). They will not come back.',
      wayOut:
        'Remove the identifier from your system. A person who returns is registered as a new one. A withdrawal or objection is still accepted.',
    },
  },
  'method-not-allowed': {
    status: 405,
    retry: 'no',
    fr: {
      title: 'Méthode non prévue',
      detail:
        'Cette adresse existe, mais pas pour cette méthode HTTP. L’en-tête « Allow » nomme celles qui existent.',
      wayOut: 'Utilisez l’une des méthodes de « Allow » ; la documentation est sous /docs.',
    },
    en: {
      title: 'Method not allowed',
      detail: 'This address exists, but not for this HTTP method. The `Allow` header names those that exist.',
      wayOut: 'Use one of the methods in `Allow`; the documentation is under /docs.',
    },
  },
  'not-acceptable': {
    status: 406,
    retry: 'change',
    fr: {
      title: 'Format non disponible',
      detail: 'La réponse n’existe dans aucun des formats de l’en-tête « Accept ».',
      wayOut: 'Demandez un format que la route documente, en général application/json.',
    },
    en: {
      title: 'Format not available',
      detail: 'The answer exists in none of the formats of the `Accept` header.',
      wayOut: 'Ask for a format that the route documents, usually application/json.',
    },
  },
  'unsupported-media-type': {
    status: 415,
    retry: 'change',
    fr: {
      title: 'Type de contenu non pris en charge',
      detail: 'Le corps de la requête n’est pas dans un format que cette route lit.',
      wayOut: 'Envoyez du JSON en UTF-8 avec « Content-Type: application/json ».',
    },
    en: {
      title: 'Unsupported content type',
      detail: 'The request’s body is not in a format that this route reads.',
      wayOut: 'Send JSON in UTF-8 with `Content-Type: application/json`.',
    },
  },
  'payload-too-large': {
    status: 413,
    retry: 'change',
    fr: {
      title: 'Requête trop volumineuse',
      detail: 'Le corps dépasse 256 Kio.',
      wayOut: 'Répartissez l’envoi sur plusieurs appels, ou passez par l’import pour les gros volumes.',
    },
    en: {
      title: 'Request too large',
      detail: 'The body exceeds 256 KiB.',
      wayOut: 'Spread it over several calls, or use the import for large volumes.',
    },
  },
} as const satisfies Partial<Record<PlatformCode, ProblemType>>;
