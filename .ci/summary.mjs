// Prints `N passed, N failed[, N skipped]` from vitest's JSON report and exits non-zero unless tests ran and all passed.
//
//     node .ci/summary.mjs REPORT EXIT_STATUS_OF_VITEST
import { readFileSync } from "node:fs";

const [file = "", vitestStatus = "1"] = process.argv.slice(2);

/** The tests by state. No report at all means that vitest did not get as far: that is one failure. */
function count() {
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
	return { passed, failed: failed + broken, skipped: states.length - passed - failed };
}

const { passed, failed, skipped } = count();
// An unhandled error fails vitest without failing a test.
const failures = failed === 0 && vitestStatus !== "0" ? 1 : failed;
const ok = passed > 0 && failures === 0 && skipped === 0;
if (passed + failures === 0) process.stderr.write("no test ran\n");
if (skipped > 0) process.stderr.write("a skipped test counts as a failure here\n");
process.stdout.write(`\n${passed} passed, ${failures} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exitCode = ok ? 0 : 1;
