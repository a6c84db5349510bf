/** Who it is, where, and a word about it. */
export type Row = readonly [name: string, address: string, note: string];

export function table(rows: readonly Row[]): readonly string[] {
	const width = (column: 0 | 1) => Math.max(...rows.map((row) => row[column].length));
	return rows.map(
		([name, address, note]) => `  ${name.padEnd(width(0))}  ${address.padEnd(width(1))}  ${note}`,
	);
}

/** Host and port of a URL, never its password. */
export function addressIn(url: string | undefined): string {
	return url !== undefined && URL.canParse(url) ? new URL(url).host : "named by a file";
}
