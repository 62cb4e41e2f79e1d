import { Type } from 'typebox';
import { channels, languages } from '#kernel';
import { EvidenceRefShape, InstantShape, OneOf, Sha256Shape, Strict, UuidShape } from '#event-store/contract';

/** By which article a person is informed: of data collected from them, or from somebody else. */
export const informationArticles = ['art-13', 'art-14'] as const;
export type InformationArticle = (typeof informationArticles)[number];

/** How the information reached the person: a message on a channel, a page or form that they saw, or face to face. */
export const informationMeans = [...channels, 'on-site', 'in-person'] as const;
export type InformationMeans = (typeof informationMeans)[number];

/** Facts of `information-<uuid>`: what a person was told about the processing of their data. */
export const information = {
  InformationGiven: {
    version: 1,
    category: 'information',
    meaning:
      'A person was given the information that Art. 13 or 14 asks for, as one published notice version says it. It is no consent.',
    data: Strict({
      informationId: UuidShape,
      subjectId: UuidShape,
      /** Whose duty it was. */
      controllerId: UuidShape,
      article: OneOf(informationArticles),
      notice: Strict({
        noticeId: UuidShape,
        version: Type.Integer({ minimum: 1 }),
        language: OneOf(languages),
        sha256: Sha256Shape,
      }),
      means: OneOf(informationMeans),
      /** The address or number that it was sent to. */
      contactPointId: Type.Optional(UuidShape),
      /** Where the message lies in another system. */
      evidence: Type.Optional(Type.Array(EvidenceRefShape, { minItems: 1, maxItems: 8 })),
      occurredAt: InstantShape,
    }),
  },
} as const;
