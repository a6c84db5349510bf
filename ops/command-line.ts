/** How a command begins: help, a sentence on what is wrong with its arguments, or its work. */
export interface Command<Settings> {
	/** As in `npm run NAME`. */
	readonly name: string;
	readonly help: string;
	/** `undefined` when only help was asked for; throws what is wrong with the arguments. */
	readonly read: (args: string[]) => Settings | undefined;
	/** Resolves to the exit code. */
	readonly run: (settings: Settings) => Promise<number>;
}

/** Resolves to the exit code: 0 for help, 2 for what was not understood, or that of the work. */
export async function runCommand<Settings>(command: Command<Settings>): Promise<number> {
	const { name, help, read, run } = command;
	let settings: Settings | undefined;
	try {
		settings = read(process.argv.slice(2));
	} catch (error) {
		console.error(`plenum ${name}: ${(error as Error).message}\n\n${help}`);
		return 2;
	}
	if (settings !== undefined) return run(settings);
	console.log(help);
	return 0;
}

/** The address of a server, the only argument besides options; without a slash in the end. */
export function originIn(positionals: readonly string[]): string {
	const [origin, ...more] = positionals;
	if (origin === undefined || more.length > 0 || !/^https?:\/\/[^/?#]+\/?$/.test(origin)) {
		throw new Error("name one ORIGIN, as https://polls.example");
	}
	return origin.replace(/\/$/, "");
}

export function numberIn(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (text !== "" && value >= least && value <= most) return value;
	throw new Error(`${name} must be a number from ${least} to ${most}`);
}

export function wholeNumberIn(name: string, text: string, least: number, most: number): number {
	const value = Number(text);
	if (/^\d+$/.test(text) && value >= least && value <= most) return value;
	throw new Error(`${name} must be a whole number from ${least} to ${most}`);
}
