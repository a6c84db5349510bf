/** Where a session keeps what must survive a reload: strings by key, read and written at once. */
export interface KeyValueStore {
	/** False when a reload will have forgotten: a page should say so. */
	readonly isPersistent: boolean;
	get(key: string): string | undefined;
	set(key: string, value: string): void;
	delete(key: string): void;
}

/** The part of Web Storage that is used; `localStorage` is one. */
export interface WebStorage {
	getItem(key: string): string | null;
	setItem(key: string, value: string): void;
	removeItem(key: string): void;
}

export function memoryStore(): KeyValueStore {
	const values = new Map<string, string>();
	return {
		isPersistent: false,
		get: (key) => values.get(key),
		set: (key, value) => void values.set(key, value),
		delete: (key) => void values.delete(key),
	};
}

/**
 * Web Storage, or memory from the moment it cannot be used: cookies blocked, private mode, full.
 * @param open because reading `window.localStorage` alone may throw.
 */
export function webStore(open: () => WebStorage): KeyValueStore {
	const memory = memoryStore();
	const storage = openChecked(open);
	let isPersistent = storage !== undefined;

	// A full storage still reads: only the value that did not fit moves to memory.
	const attempt = <Value>(call: (storage: WebStorage) => Value): Value | undefined => {
		try {
			return storage && call(storage);
		} catch {
			isPersistent = false;
			return undefined;
		}
	};
	return {
		get isPersistent() {
			return isPersistent;
		},
		get: (key) => memory.get(key) ?? attempt((it) => it.getItem(key)) ?? undefined,
		set(key, value) {
			const isKept = attempt((it) => {
				it.setItem(key, value);
				return true;
			});
			if (isKept) memory.delete(key);
			else memory.set(key, value);
		},
		delete(key) {
			memory.delete(key);
			attempt((it) => it.removeItem(key));
		},
	};
}

function openChecked(open: () => WebStorage): WebStorage | undefined {
	const probe = "plenum:probe";
	try {
		const storage = open();
		storage.setItem(probe, "1");
		const isKept = storage.getItem(probe) === "1";
		storage.removeItem(probe);
		return isKept ? storage : undefined;
	} catch {
		return undefined;
	}
}
