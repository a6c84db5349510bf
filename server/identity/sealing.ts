/**
 * What two processes tell each other where others may listen. Each has a key pair of its own that
 * lives as long as it does: there is no secret to configure, to store or to lose, and what was
 * recorded cannot be read later. It keeps readers out; whoever can also write between the two
 * could answer in the name of either.
 */
import {
	createCipheriv,
	createDecipheriv,
	createPublicKey,
	diffieHellman,
	generateKeyPairSync,
	hkdfSync,
	type KeyObject,
	randomBytes,
} from "node:crypto";

const CIPHER = "aes-256-gcm";
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;

export class Sealing {
	/** To be shown to everybody, base64url. */
	readonly publicKey: string;
	readonly #privateKey: KeyObject;

	constructor() {
		const { publicKey, privateKey } = generateKeyPairSync("x25519");
		this.publicKey = publicKey.export({ type: "spki", format: "der" }).toString("base64url");
		this.#privateKey = privateKey;
	}

	/** Between this process and the one that shows `publicKey`. Throws when it is none. */
	with(publicKey: string): SealedChannel {
		const key = Buffer.from(publicKey, "base64url");
		const secret = diffieHellman({
			privateKey: this.#privateKey,
			publicKey: createPublicKey({ key, format: "der", type: "spki" }),
		});
		const both = [this.publicKey, publicKey].sort().join(" ");
		return new SealedChannel(Buffer.from(hkdfSync("sha256", secret, "", both, KEY_BYTES)));
	}
}

export class SealedChannel {
	readonly #key: Buffer;

	constructor(key: Buffer) {
		this.#key = key;
	}

	/**
	 * Any JSON, as base64url.
	 *
	 * @param label what the message is, lest it be taken for another one: `open` wants the same.
	 */
	seal(value: unknown, label: string): string {
		const iv = randomBytes(IV_BYTES);
		const cipher = createCipheriv(CIPHER, this.#key, iv).setAAD(Buffer.from(label));
		const body = cipher.update(JSON.stringify(value ?? null), "utf8");
		return Buffer.concat([iv, body, cipher.final(), cipher.getAuthTag()]).toString("base64url");
	}

	/** Throws for anything that was not sealed here or at the other end with this label. */
	open(sealed: string, label: string): unknown {
		const bytes = Buffer.from(sealed, "base64url");
		const options = { authTagLength: TAG_BYTES };
		const iv = bytes.subarray(0, IV_BYTES);
		const decipher = createDecipheriv(CIPHER, this.#key, iv, options)
			.setAAD(Buffer.from(label))
			.setAuthTag(bytes.subarray(-TAG_BYTES));
		const body = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
		return JSON.parse(Buffer.concat([body, decipher.final()]).toString("utf8"));
	}
}
