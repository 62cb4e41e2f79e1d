import { Module } from '@nestjs/common';
import type { Projection } from '#runtime';
import { ReportingViews } from './application/reporting-views.js';
import { ReportsController } from './http/reports.controller.js';
import { actsPerDayProjection } from './read-model/acts-per-day.projection.js';

/** Read models of this lib, for the runner of the composition root. */
export const reportingProjections: readonly Projection[] = [actsPerDayProjection];

/** Figures for analysts, who never meet a person. */
@Module({ controllers: [ReportsController], providers: [ReportingViews], exports: [ReportingViews] })
export class ReportingModule {}
