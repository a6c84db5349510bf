/** Saves a text as a file of the reader's device; its address is this page's own and short-lived. */
export function download(name: string, text: string, type: string): void {
	const address = URL.createObjectURL(new Blob([text], { type: `${type};charset=utf-8` }));
	const link = document.createElement("a");
	link.href = address;
	link.download = name;
	link.click();
	// Later: some browsers read it only after the click.
	setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
