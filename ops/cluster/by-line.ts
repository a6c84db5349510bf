/** Pieces of text in, whole lines out. */
export function byLine(print: (line: string) => void): (piece: string) => void {
	let rest = "";
	return (piece) => {
		const lines = (rest + piece).split("\n");
		rest = lines.pop() ?? "";
		for (const line of lines) print(line);
	};
}
