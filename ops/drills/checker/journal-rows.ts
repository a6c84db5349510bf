/** The ledger as the checker reads it: plain rows, in the order of `seq`. */
export interface JournalRow {
	readonly seq: number;
	readonly epoch: number;
	readonly kind: string;
	readonly participant: string | null;
	readonly question: string | null;
	readonly revision: number | null;
	readonly choices: readonly number[] | null;
	/** The questions that the row brings, with the number of their options. */
	readonly adds: readonly { readonly id: string; readonly options: number }[];
	/** When the database committed it, ms since 1970 by the database's clock. */
	readonly committedAt: number;
}

export interface ActivationRow {
	readonly epoch: number;
	readonly rowsSeen: number | null;
	/** When the raised epoch was committed, by the same clock as the rows. */
	readonly committedAt: number;
}
