import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * What the report of jest says, for `.ci/run`.
 *   kinds REPORT            tests and time of each kind of proof; fails if a kind has not run at all
 *   totals REPORT FAILED    the closing line: passed and failed tests, and the steps beside them that failed
 */

/** A kind of proof that must never silently fall away, and the test files that give it. */
const KINDS = [
  ['architecture', /^test\/architecture\//],
  ['contract suites', /contract/],
  ['golden events', /golden/],
  ['rebuild', /rebuild/],
  ['acceptance stories', /^test\/acceptance\//],
  ['faults', /^test\/faults\//],
];

const [command, path, failedSteps = '0'] = process.argv.slice(2);
const report = path !== undefined && existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;

if (command === 'kinds') process.exitCode = kinds();
else if (command === 'totals') totals();
else throw new Error('Say kinds or totals, and where the report is.');

function kinds() {
  const files = (report?.testResults ?? []).map((file) => ({
    path: relative(process.cwd(), file.name),
    seconds: (file.endTime - file.startTime) / 1000,
    passed: file.assertionResults.filter(({ status }) => status === 'passed').length,
    notRun: file.assertionResults.filter(({ status }) => status === 'pending').length,
  }));
  const rows = KINDS.map(([name, pattern]) => [name, files.filter((file) => pattern.test(file.path))]);
  rows.push(['all', files]);
  for (const [name, some] of rows) {
    const [passed, notRun, seconds] = ['passed', 'notRun', 'seconds'].map((key) => sum(some, key));
    const aside = notRun === 0 ? '' : `, ${notRun} not run here`;
    console.log(`${name}: ${passed} tests in ${some.length} files${aside}, ${seconds.toFixed(1)} s`);
  }
  const missing = rows.filter(([, some]) => sum(some, 'passed') === 0).map(([name]) => name);
  if (missing.length > 0) console.error(`No test has passed of: ${missing.join(', ')}`);
  return missing.length === 0 ? 0 : 1;
}

function totals() {
  const { numPassedTests = 0, numFailedTests = 0, numRuntimeErrorTestSuites = 0 } = report ?? {};
  const failedTests = numFailedTests + numRuntimeErrorTestSuites;
  // A failed step that is the test run itself is told by its tests, if there are any.
  const failed = failedTests > 0 ? failedTests : Number(failedSteps);
  console.log(`${numPassedTests} passed, ${failed} failed`);
}

function sum(items, key) {
  return items.reduce((total, item) => total + item[key], 0);
}
