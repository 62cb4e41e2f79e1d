import type { Channel, Instant } from '#kernel';
import type { Evidence, Goods } from '../policy/vocabulary.js';

/** What is sent. */
export const messageNatures = ['prospecting', 'service', 'non-commercial'] as const;
export type MessageNature = (typeof messageNatures)[number];

/** What the sender says of a message. What is not said is taken to be the case that needs more. */
export interface Message {
  /** Absent: of service where the purpose is declared as such, else prospecting. */
  readonly nature?: MessageNature;
  /** Nature of the goods or services, which a consent to be called names (C. conso. R.223-1). */
  readonly goodsNature?: string;
  /** Category of the product, for what is analogous to an earlier sale. */
  readonly productCategory?: string;
  /** Goods of the sector `housing-energy-adapt`. */
  readonly goods?: Goods;
  /** The subject is related to the profession of the person addressed. */
  readonly relatedToProfession?: boolean;
  /** Its object is strictly professional. */
  readonly strictlyProfessional?: boolean;
  /** What the sender can show that the ledger does not hold: a scrub against a list, a request to be called back. */
  readonly shows?: readonly Evidence[];
}

/** May this person be contacted: for this purpose, on this channel, at this instant, with this kind of message? */
export interface Question {
  readonly purposeId: string;
  readonly channel: Channel;
  /** Absent: the data controller of the purpose. */
  readonly controllerId?: string;
  /** The one address or number that would be used; absent: whichever is the person's, so that each must be free. */
  readonly contactPointId?: string;
  /** A recipient named to the person on whose behalf the message is sent; absent: the data controller itself. */
  readonly recipientId?: string;
  /** The contact that is asked about, where a place is held for it already: it does not count against itself. */
  readonly attemptId?: string;
  /** The instant that is judged. */
  readonly at: Instant;
  readonly message: Message;
}

/**
 * Whether a message is sent on behalf of somebody else than the data controller: for that recipient the data come from a
 * third party, and neither a sale nor a contract nor a request of the data controller's own is theirs.
 */
export function isForAnother({ recipientId }: Pick<Question, 'recipientId'>, controllerId: string): boolean {
  return recipientId !== undefined && recipientId !== controllerId;
}
