import type { Bench, Side } from "../kit/bench.ts";
import type { Visit } from "../kit/browser.ts";
import { createPoll } from "../kit/hall.ts";
import { phone } from "../kit/phone.ts";
import { median } from "../kit/statistics.ts";
import { sideNames } from "../kit/voting-sides.ts";

const VISITS = 3;
const BARE = "a bare form";
const { plenum: subject } = sideNames;

export const pageBench: Bench = {
	name: "page",
	about: "the phone's page over a slow network: bytes, and when it can be used",
	runs: 3,
	setting: () =>
		`A real browser with nothing in its cache opens /j/CODE: ${phone.latencyMs} ms before every answer, ${Math.round((phone.downBytes * 8) / 1000)} kbit/s down, a processor ${phone.slowdown} times slower than this machine's (DevTools protocol). It can be used once the field for the nickname is there and no task of 50 ms or more follows for a second. ${VISITS} visits a run.`,
	measures: [
		{ key: "interactive", label: "until it can be used", unit: "ms" },
		{ key: "painted", label: "until something is painted", unit: "ms" },
		{ key: "bytes", label: "sent to the phone", unit: "KB" },
		{ key: "requests", label: "requests", unit: "" },
	],
	comparisons: [
		{ measure: "interactive", subject },
		{ measure: "interactive", subject, reference: BARE, isDifference: true },
		{ measure: "painted", subject, reference: BARE },
		{ measure: "bytes", subject },
		{ measure: "requests", subject },
	],
	async prepare(workbench) {
		// A production install has no browser, and the other benches need none.
		const { launchBrowser, visit } = await import("../kit/browser.ts");
		const server = await workbench.server({ DATABASE_URL: await workbench.database() });
		const bare = await workbench.reference("bare-page");
		const { code } = await createPoll(server.origin);
		const browser = workbench.keep(await launchBrowser(), (it) => it.close());
		return [
			{
				...side(() => visit(browser, bare.origin)),
				name: BARE,
				description: "one file with a text field and no script: what the network takes by itself",
			},
			{
				...side(() => visit(browser, `${server.origin}/j/${code}`)),
				name: subject,
				description: "the page that phones open",
			},
		];
	},
};

function side(visit: () => Promise<Visit>): Omit<Side, "name" | "description"> {
	return {
		watched: () => ({}),
		async measure() {
			const visits = [];
			for (let count = 0; count < VISITS; count += 1) visits.push(await visit());
			return {
				operations: VISITS,
				values: {
					interactive: median(visits.map(({ interactiveMs }) => interactiveMs)),
					painted: median(visits.map(({ paintedMs }) => paintedMs)),
					bytes: median(visits.map(({ bytes }) => bytes)) / 1000,
					requests: median(visits.map(({ requests }) => requests)),
				},
			};
		},
	};
}
