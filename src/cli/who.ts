// Who gives an order: the name that is kept beside it.
import { userInfo } from "node:os";

/** The given name, else that of the login. */
export function whoOf(by: string | undefined): string {
	if (by !== undefined) return by;
	try {
		return userInfo().username;
	} catch {
		// A user id without an entry, as in containers.
		return "command line";
	}
}
