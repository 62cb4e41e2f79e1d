import { Injectable } from '@nestjs/common';
import type { Channel } from '#kernel';
import { onQuestion } from '../domain/sentences/phrases.js';
import { words, type Words } from '../domain/sentences/words.js';
import { PurposeNames } from './purpose-names.js';

/** One purpose on one channel. */
export interface Question {
  readonly purposeId: string;
  readonly channel: Channel;
}

/** What people are asked, in words: the channel, and the purpose by its name of today. */
@Injectable()
export class QuestionTexts {
  constructor(private readonly names: PurposeNames) {}

  /** “par e-mail pour la finalité « … »”, for each question in its order. */
  async of(questions: readonly Question[]): Promise<readonly Words[]> {
    const known = new Map<string, Partial<Words>>();
    for (const purposeId of new Set(questions.map((question) => question.purposeId))) {
      const [fr, en] = await Promise.all([
        this.names.nameOf(purposeId, 'fr'),
        this.names.nameOf(purposeId, 'en'),
      ]);
      known.set(purposeId, { ...(fr && { fr }), ...(en && { en }) });
    }
    const names = {
      purpose: (purposeId: string, language: 'fr' | 'en') => known.get(purposeId)?.[language],
    };
    return questions.map((question) =>
      words(onQuestion(question, names, 'fr'), onQuestion(question, names, 'en')),
    );
  }
}
