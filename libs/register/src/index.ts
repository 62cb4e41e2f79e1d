export * from './contract.js';
export { registerVocabulary } from './domain/labels.js';
export { isComplete, missingElements, type Label, type MissingElement } from './domain/missing-elements.js';
export type { RegisterLine } from './domain/register-line.js';
export { registerEntities } from './read-model/register.entity.js';
export { RegisterLines } from './read-model/register-lines.query.js';
export { RegisterLists } from './read-model/register-lists.query.js';
export { registerProjections } from './read-model/register.projection.js';
export { RegisterModule } from './register.module.js';
