/** The wire contract as scenarios, the same on one process and on several. */
import { capacityScenarios } from "./capacity.ts";
import { creationScenarios } from "./creating-polls.ts";
import { deletionScenarios } from "./deleting.ts";
import { exportScenarios } from "./exporting.ts";
import { hallScenarios } from "./hall.ts";
import { hostingScenarios } from "./hosting.ts";
import { httpScenarios } from "./http-manners.ts";
import { peopleScenarios } from "./people.ts";
import { recoveryScenarios } from "./recovery.ts";
import { requestScenarios } from "./requests.ts";
import { rotationScenarios } from "./rotating.ts";
import { seatScenarios } from "./seats.ts";
import { stateScenarios } from "./shown-state.ts";
import type { Site } from "./site.ts";
import { tokenScenarios } from "./tokens.ts";
import { visibilityScenarios } from "./visibility.ts";
import { votingScenarios } from "./voting.ts";

/** What is about votes, and therefore about the database under them. */
export function ballotScenarios(site: () => Site): void {
	votingScenarios(site);
	exportScenarios(site);
	stateScenarios(site);
	deletionScenarios(site);
	recoveryScenarios(site);
}

export function contractScenarios(site: () => Site): void {
	creationScenarios(site);
	httpScenarios(site);
	seatScenarios(site);
	tokenScenarios(site);
	rotationScenarios(site);
	capacityScenarios(site);
	requestScenarios(site);
	hostingScenarios(site);
	visibilityScenarios(site);
	peopleScenarios(site);
	hallScenarios(site);
	ballotScenarios(site);
}
