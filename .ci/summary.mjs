// Prints `N passed, N failed[, N skipped]` from vitest's JSON reports and exits non-zero unless tests ran in each and all passed.
//
//     node .ci/summary.mjs REPORT EXIT_STATUS_OF_VITEST [REPORT EXIT_STATUS …]
import { readFileSync } from "node:fs";

/** The tests of one report by state. No report at all means that vitest did not get as far: that is one failure. */
function count(file, vitestStatus) {
	let report;
	try {
		report = JSON.parse(readFileSync(file, "utf8"));
	} catch (error) {
		process.stderr.write(`no report of the tests: ${error.message}\n`);
		return { passed: 0, failed: 1, skipped: 0 };
	}
	const files = report.testResults;
	const states = files.flatMap((one) => one.assertionResults.map((test) => test.status));
	const passed = states.filter((state) => state === "passed").length;
	const failed = states.filter((state) => state === "failed").length;
	// A file that could not be loaded, or whose set-up failed, has no failed test of its own.
	const broken = files.filter(
		(one) => one.status === "failed" && one.assertionResults.every((test) => test.status !== "failed"),
	).length;
	if (states.length === 0) process.stderr.write(`no test ran: ${file}\n`);
	// An unhandled error fails vitest without failing a test; a run without a test is a failure too.
	const unseen = failed + broken === 0 && (vitestStatus !== "0" || states.length === 0) ? 1 : 0;
	return { passed, failed: failed + broken + unseen, skipped: states.length - passed - failed };
}

const given = process.argv.slice(2);
const counts = [];
for (let i = 0; i < given.length; i += 2) counts.push(count(given[i] ?? "", given[i + 1] ?? "1"));
if (counts.length === 0) counts.push(count("", "1"));
const sum = (state) => counts.reduce((total, one) => total + one[state], 0);
const [passed, failed, skipped] = [sum("passed"), sum("failed"), sum("skipped")];
if (skipped > 0) process.stderr.write("a skipped test counts as a failure here\n");
process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = passed > 0 && failed === 0 && skipped === 0 ? 0 : 1;
