/** How likely what goes wrong is just now. Each seed deals its own climate, so that rare pairs meet. */
import type { Random } from "./random.ts";

export interface Weather {
	readonly database: DatabaseWeather;
	readonly network: NetworkWeather;
}

export interface DatabaseWeather {
	/** The answer never comes; what it would have said may be true all the same. */
	readonly answerLost: number;
	/** The statement itself never arrives. */
	readonly neverArrives: number;
	readonly rolledBack: number;
	/** A row is refused as data that no database would take. */
	readonly poison: number;
	/** Seconds instead of milliseconds, on the way or while it holds its locks. */
	readonly slow: number;
}

export interface NetworkWeather {
	readonly drop: number;
	readonly duplicate: number;
	/** Delayed by up to two seconds: overtaken by what was sent later. */
	readonly late: number;
}

export const FAIR: Weather = {
	database: { answerLost: 0, neverArrives: 0, rolledBack: 0, poison: 0, slow: 0 },
	network: { drop: 0, duplicate: 0, late: 0 },
};

/** Nothing answers, though a statement in three still gets through. */
export const AWAY: DatabaseWeather = { ...FAIR.database, answerLost: 1, neverArrives: 0.7 };

export function climate(random: Random): Weather {
	const some = (most: number) => (random.chance(0.5) ? random.next() * most : 0);
	return {
		database: {
			answerLost: some(0.4),
			neverArrives: some(0.2),
			rolledBack: some(0.3),
			poison: random.chance(0.15) ? random.next() * 0.05 : 0,
			slow: some(0.5),
		},
		network: { drop: some(0.1), duplicate: some(0.3), late: some(0.3) },
	};
}
