import { sha256Hex } from '#kernel';
import { APP_ROLE } from '#runtime';
import { reportingFunctions } from './functions.js';
import { viewsSql } from './views.js';

/** Group role of analysts: it can log in only through its members, and reads the views of `reporting` and nothing else. */
export const ANALYST_ROLE = 'greffe_analyst';

const DEFINITIONS = `
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE SCHEMA IF NOT EXISTS reporting_internal;
COMMENT ON SCHEMA reporting_internal IS 'What computes the views of reporting; closed to analysts.';
${reportingFunctions}
${viewsSql()}
REVOKE ALL ON SCHEMA reporting, reporting_internal FROM PUBLIC;
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA reporting_internal FROM PUBLIC;
`;

/** Rights of a role on the views, if the role exists. Who may run a view's function may still not enter its schema. */
function grants(role: string): string {
  return `
DO $$ BEGIN
  IF EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN
    GRANT USAGE ON SCHEMA reporting TO ${role};
    GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO ${role};
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA reporting_internal TO ${role};
  END IF;
END $$;`;
}

/**
 * Everything of the schema `reporting`, as the role that owns the read models runs it; it may be repeated. The views
 * need not be made again when a read model is rebuilt: what they call names its tables when it runs.
 */
export const reportingSql = `${DEFINITIONS}${grants(ANALYST_ROLE)}${grants(APP_ROLE)}
COMMENT ON SCHEMA reporting IS 'For analysts: versioned views without personal data, small cells suppressed.';
`;

/** Changes whenever the SQL does: what is already there need not be made again. */
export const reportingSqlHash = sha256Hex(reportingSql).slice(0, 16);
