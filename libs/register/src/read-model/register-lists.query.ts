import { Inject, Injectable } from '@nestjs/common';
import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';
import { page, type CursorPart, type Page, type PageQuery } from '#http';
import { DATA_SOURCE } from '#runtime';
import { placeInList, type PartKind } from './place-in-list.js';
import {
  ControllerEntity,
  FormVersionEntity,
  NoticeEntity,
  NoticeTextEntity,
  NoticeVersionEntity,
  PurposeEntity,
} from './register.entity.js';
import { RecipientEntity } from './recipient.entity.js';

/** Which part of a list is asked for. */
export type PageAsked = Pick<PageQuery, 'limit' | 'cursor'>;

/** A published notice version and its texts. */
export interface NoticeWithTexts {
  readonly published: NoticeVersionEntity;
  readonly texts: readonly (Pick<NoticeVersionEntity['texts'][number], 'language' | 'sha256' | 'bytes'> & {
    readonly text: string;
  })[];
}

/** Lists of the register, page by page, and its published texts. */
@Injectable()
export class RegisterLists {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /** Data controllers by name. */
  async controllers(asked: PageAsked): Promise<Page<ControllerEntity>> {
    return this.list(ControllerEntity, asked, [
      ['legalName', 'text'],
      ['controllerId', 'uuid'],
    ]);
  }

  /** Recipients by name. */
  async recipients(asked: PageAsked): Promise<Page<RecipientEntity>> {
    return this.list(RecipientEntity, asked, [
      ['legalName', 'text'],
      ['recipientId', 'uuid'],
    ]);
  }

  /** Purposes by code. */
  async purposes(asked: PageAsked): Promise<Page<PurposeEntity>> {
    return this.list(PurposeEntity, asked, [['code', 'text']]);
  }

  /** Notices by the date of their first version. */
  async notices(asked: PageAsked): Promise<Page<NoticeEntity>> {
    return this.list(NoticeEntity, asked, [
      ['firstPublishedAt', 'instant'],
      ['noticeId', 'uuid'],
    ]);
  }

  /** Versions of collection forms in the order in which they were entered. */
  async forms(asked: PageAsked): Promise<Page<FormVersionEntity>> {
    return this.list(FormVersionEntity, asked, [
      ['publishedAt', 'instant'],
      ['formId', 'uuid'],
      ['version', 'integer'],
    ]);
  }

  /** A version of a collection form. */
  async form(formId: string, version: number): Promise<FormVersionEntity | null> {
    return this.dataSource.getRepository(FormVersionEntity).findOneBy({ formId, version });
  }

  /** A notice version with its texts in full. */
  async notice(noticeId: string, version: number): Promise<NoticeWithTexts | undefined> {
    const published = await this.dataSource
      .getRepository(NoticeVersionEntity)
      .findOneBy({ noticeId, version });
    if (published === null) return undefined;
    const parts = await this.dataSource
      .getRepository(NoticeTextEntity)
      .find({ where: { noticeId, version }, order: { part: 'ASC' } });
    const texts = published.texts.map(({ language, sha256, bytes }) => {
      const text = parts.filter((part) => part.language === language).map((part) => part.text);
      return { language, sha256, bytes, text: text.join('') };
    });
    return { published, texts };
  }

  /** A page of a table in the order of some columns, which together name one row. */
  private async list<T extends ObjectLiteral>(
    entity: EntityTarget<T>,
    { limit, cursor }: PageAsked,
    order: readonly (readonly [keyof T & string, PartKind])[],
  ): Promise<Page<T>> {
    const columns = order.map(([name]) => name);
    const query = this.dataSource
      .getRepository(entity)
      .createQueryBuilder('row')
      .take(limit + 1);
    const after = placeInList(
      cursor,
      order.map(([, kind]) => kind),
    );
    if (after !== undefined) {
      const [left, right] = [columns.map((name) => `row.${name}`), columns.map((name) => `:${name}`)];
      query.where(`(${left.join(', ')}) > (${right.join(', ')})`, valuesOf(columns, after));
    }
    for (const name of columns) query.addOrderBy(`row.${name}`);
    const rows = await query.getMany();
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    // One row more than asked for was read: it tells whether another page follows.
    const isLast = rows.length <= limit || last === undefined;
    return page(items, isLast ? undefined : columns.map((name) => cursorPart(last[name])));
  }
}

function valuesOf(columns: readonly string[], values: readonly CursorPart[]): Record<string, CursorPart> {
  return Object.fromEntries(columns.map((name, index) => [name, values[index] ?? '']));
}

function cursorPart(value: unknown): CursorPart {
  return value instanceof Date ? value.toISOString() : (value as CursorPart);
}
