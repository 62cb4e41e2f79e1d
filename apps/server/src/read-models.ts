import { contactStateProjection } from '../../../libs/contacts/src/read-model/contact-state.projection.js';
import type { Projection } from '#runtime';
export const projections: readonly Projection[] = [contactStateProjection];
export const readModelEntities = projections.flatMap(({ entities }) => entities) as (new (
  ...args: never[]
) => object)[];
