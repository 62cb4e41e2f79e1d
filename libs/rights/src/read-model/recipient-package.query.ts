import { Inject, Injectable } from '@nestjs/common';
import type { DataSource } from 'typeorm';
import { DATA_SOURCE } from '#runtime';
import { RecipientPackageRow } from './recipient-package.entity.js';

/** Finds what a recipient must still be told. */
@Injectable()
export class DuePackages {
  constructor(@Inject(DATA_SOURCE) private readonly dataSource: DataSource) {}

  /** The packages to which a recipient has not answered, most urgent first. */
  async of(recipientId: string, limit: number): Promise<readonly RecipientPackageRow[]> {
    return this.dataSource.getRepository(RecipientPackageRow).find({
      where: { recipientId, isSettled: false },
      order: { dueBy: 'ASC', erasureId: 'ASC' },
      take: limit,
    });
  }
}
