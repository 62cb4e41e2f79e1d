/** Who may have a restriction, a hold or an erasure begin. */
export const initiators = [
  'data-subject',
  'representative',
  'controller',
  'authority',
  'retention-rule',
] as const;
