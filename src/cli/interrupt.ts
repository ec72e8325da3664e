// Ctrl-C and the system's wish that the process ends: the first time in order, the second time at once.
import { isatty } from "node:tty";

export interface Interrupt {
	/** Aborted by the first signal. */
	readonly signal: AbortSignal;
	release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

const STDERR = 2;

/**
 * `first` says to people that it was heard. A second signal ends the process with status 1: the next start recovers what was half done (D2).
 * `hangUpIsMine`: while it answers true, SIGHUP is a request to read the settings again and ends nothing, unless the terminal itself has gone.
 */
export function onInterrupt(first: () => void, hangUpIsMine: () => boolean = () => false): Interrupt {
	const controller = new AbortController();
	const hadTerminal = isatty(STDERR);
	const heard = (name: NodeJS.Signals) => {
		if (name === "SIGHUP" && hangUpIsMine() && isatty(STDERR) === hadTerminal) return;
		if (controller.signal.aborted) process.exit(1);
		controller.abort();
		first();
	};
	for (const name of SIGNALS) process.on(name, heard);
	return {
		signal: controller.signal,
		release() {
			for (const name of SIGNALS) process.off(name, heard);
		},
	};
}
