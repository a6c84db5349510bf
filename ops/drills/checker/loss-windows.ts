/**
 * What a restored backup takes with it, and may: everything from the beginning of the backup to the
 * moment at which processes reach the restored database. Nothing else is ever forgiven.
 */
import type { DatabaseRestored } from "../kit/history-events.ts";

export class LossWindows {
	readonly #restores: DatabaseRestored[] = [];

	add(restored: DatabaseRestored): void {
		this.#restores.push(restored);
	}

	/** Whether what was acknowledged or shown at `t` may be gone. */
	covers(t: number): boolean {
		return this.endOf(t) !== undefined;
	}

	/** How many restores had raised the epoch of the poll by then. */
	generationOf(poll: string, epoch: number): number {
		return this.#restores.filter(({ epochs }) => epoch >= (epochs[poll] ?? 0)).length;
	}

	/** When the window is over that `t` lies in; `undefined` where nothing may be lost. */
	endOf(t: number): number | undefined {
		return this.#restores.find(({ backupAt, t: until }) => backupAt <= t && t <= until)?.t;
	}

	/**
	 * Whether a picture of `epoch` shows what a restore undid: `rowEpoch` is of the row that is at its
	 * place now, `undefined` where the journal does not reach that far.
	 */
	undid(poll: string, epoch: number, rowEpoch: number | undefined, t: number): boolean {
		return this.#restores.some(({ epochs, backupAt, t: until }) => {
			const raised = epochs[poll] ?? 0;
			const isOfBefore = epoch < raised && (rowEpoch === undefined || rowEpoch >= raised);
			return isOfBefore && backupAt <= t && t <= until;
		});
	}
}
