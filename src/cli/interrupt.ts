// Ctrl-C and the system's wish that the process ends: the first time in order, the second time at once.

export interface Interrupt {
	/** Aborted by the first signal. */
	readonly signal: AbortSignal;
	release(): void;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `first` says to people that it was heard. A second signal ends the process with status 1: the next start recovers what was half done (D2). */
export function onInterrupt(first: () => void): Interrupt {
	const controller = new AbortController();
	const heard = () => {
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
