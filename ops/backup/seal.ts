/** Encryption of a backup on its way to the file: what is not encrypted never touches the disk. */
import { type Link, requireProgram, startLink } from "./programs.ts";

export type SealName = "age" | "gpg";

/** age's own recipients and SSH keys go to age, whatever else to gpg. Throws when the program is missing. */
export function sealFor(recipient: string): SealName {
	const name = /^(age1|ssh-)/.test(recipient) ? "age" : "gpg";
	requireProgram(name);
	return name;
}

export function startSealing(name: SealName, recipient: string): Link {
	if (name === "age") return startLink("age", ["--encrypt", "--recipient", recipient]);
	// The recipient was named by the operator: gpg's web of trust is not asked.
	const trust = ["--batch", "--trust-model", "always"];
	return startLink("gpg", [...trust, "--encrypt", "--recipient", recipient]);
}

/** age reads its key from `identityFile`, gpg from its own keyring. */
export function startUnsealing(name: SealName, identityFile: string | undefined): Link {
	if (name === "gpg") return startLink("gpg", ["--batch", "--quiet", "--decrypt"]);
	const identity = identityFile === undefined ? [] : ["--identity", identityFile];
	return startLink("age", ["--decrypt", ...identity]);
}
