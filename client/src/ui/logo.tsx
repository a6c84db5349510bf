/** A plenum from above: rows of seats around whoever speaks. */
export function Logo() {
	return <Hall rows={[7, 4]} lit={[0, 1, 2, 3, 4, 5, 6]} class="logo" />;
}

interface HallProps {
	/** Seats a row, the outermost first. */
	readonly rows: readonly number[];
	/** Seats that shine, counted through. */
	readonly lit: readonly number[];
	readonly class?: string;
}

const ROW_GAP = 11;
const SEAT = 4.1;

export function Hall({ rows, lit, class: name }: HallProps) {
	const outer = (rows.length + 0.6) * ROW_GAP;
	const width = 2 * (outer + SEAT);
	let number = -1;
	return (
		<svg
			class={`hall ${name ?? ""}`}
			viewBox={`0 0 ${width} ${outer + 2 * SEAT}`}
			aria-hidden="true"
			focusable="false"
		>
			{rows.flatMap((seats, row) => {
				const radius = outer - row * ROW_GAP;
				return Array.from({ length: seats }, (_, seat) => {
					number += 1;
					const angle = Math.PI * (seats === 1 ? 0.5 : seat / (seats - 1));
					return (
						<circle
							key={number}
							class={lit.includes(number) ? "seat seat-lit" : "seat"}
							cx={round(width / 2 - radius * Math.cos(angle))}
							cy={round(outer + SEAT - radius * Math.sin(angle))}
							r={SEAT}
						/>
					);
				});
			})}
		</svg>
	);
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
