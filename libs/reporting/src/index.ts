export { ReportingViews } from './application/reporting-views.js';
export { ReportingModule, reportingProjections } from './reporting.module.js';
export { reportingMigrations } from './sql/analyst-role.migration.js';
export { MINIMUM_CELL, STEP } from './sql/disclosure.js';
export { ANALYST_ROLE, reportingSql } from './sql/reporting-sql.js';
export { reportingViews, type ReportingView } from './sql/views.js';
