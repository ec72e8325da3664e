// Builds happenings for the tests of replies.
import type { Happening, Reply, Stage } from "../../../src/replies/outcome.ts";

export const happening = (stage: Stage, reply: Reply | null, more: Partial<Happening> = {}): Happening => ({
	stage,
	reply,
	trouble: null,
	detail: "",
	inDoubt: false,
	acceptedBefore: 0,
	mxHost: "mx.receiver.test",
	site: "receiver.test",
	...more,
});
