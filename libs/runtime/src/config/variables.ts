/** Every variable that the server reads; `.env.example` explains each one, and a test holds that it does. */
export const variables = [
  'GREFFE_HOME',
  'GREFFE_ROLES',
  'GREFFE_KEK_FOLDER',
  'GREFFE_ORIGIN',
  'GREFFE_PUBLIC_URL',
  'HOST',
  'PORT',
  'DATABASE_URL',
  'KEYSTORE_URL',
  'OWNER_DATABASE_URL',
  'OWNER_KEYSTORE_URL',
  'EVENTSTORE_URL',
  'EVENTSTORE_ERASER_URL',
  'GREFFE_PROJECTION_SHARDS',
  'GREFFE_PURGE_EVERY_HOURS',
  'GREFFE_BACKUP_DAYS',
  'GREFFE_NOTIFICATION_DAYS',
  'OIDC_ISSUER',
  'OIDC_AUDIENCE',
  'OIDC_JWKS_URL',
  'OIDC_TOKEN_TYPES',
  'OIDC_ROLES_CLAIM',
  'LOG_LEVEL',
] as const;

/** Variables of a later version, with the reason why they are refused: ignoring them would be a silent lie. */
export const unsupportedVariables: Readonly<Record<string, string>> = {
  READ_DATABASE_URL: 'it not to be set: this version reads from DATABASE_URL only and knows no replicas yet',
};
