import { shapedParam, text } from '#http';

/** The number of a version in the path, from 1. */
export const VersionParam = (name: string): ParameterDecorator =>
  shapedParam(name, { ...text({ max: 7, pattern: /^[1-9]\d{0,6}$/, meaning: '1' }), example: () => '1' });
