import { contactsProjections } from '#contacts';
import { registerProjections } from '#register';
import { reportingProjections } from '#reporting';
import { rightsProjections } from '#rights';
import type { Projection } from '#runtime';

/** Every read model of the server. */
export const projections: readonly Projection[] = [
  ...contactsProjections,
  ...registerProjections,
  ...rightsProjections,
  ...reportingProjections,
];

/** Their tables, for TypeORM. */
export const readModelEntities = projections.flatMap(({ entities }) => entities) as (new (
  ...args: never[]
) => object)[];
