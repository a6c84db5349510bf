/** What an option is called for short, everywhere. @param index from 0. */
export function optionLetter(index: number): string {
	return String.fromCharCode(65 + index);
}
