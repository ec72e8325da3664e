// Run by .ci/run before the tests (with tsx), so that no test has to wait for a mirror: brings the real mail servers.
import { realMtaAvailability } from "./packages.ts";

const found = await realMtaAvailability();
if (found.available) process.stdout.write(`Postfix and Exim are in ${found.installation.root}\n`);
process.exitCode = found.available ? 0 : 1;
