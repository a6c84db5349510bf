import { created, given, joined, p, question, token } from "../test/support/given.ts";

const join = (name: string, nickname?: string) =>
	({ type: "join", tokenHash: token(name), nickname }) as const;

describe("joining", () => {
	it("[P8] with a new token and a nickname takes a place under the next id", () => {
		given(created(), joined(1))
			.when(join("new", "Cy"))
			.happens(
				{
					kind: "participant-joined",
					participantId: p(2),
					nickname: "Cy",
					tokenHash: token("new"),
				},
				{ participantId: p(2), isNew: true },
			);
	});

	it("[P8] with a known token is that participant, whatever nickname comes along, full or not", () => {
		const full = created([question(1)], { capacity: 1 });
		for (const nickname of [undefined, "Person 1", "Another"]) {
			given(full, joined(1))
				.when(join("p1", nickname))
				.nothingHappens({ participantId: p(1), isNew: false });
		}
	});

	it("[P8] with an unknown token and no nickname is unauthorized", () => {
		given(created()).when(join("new")).isRefused("unauthorized");
	});

	it("[P8] under a taken nickname is refused, ignoring case in every alphabet", () => {
		for (const [taken, wanted] of [
			["Ann", "aNN"],
			["Straße", "STRASSE"],
			["STRAẞE", "straße"],
			["ΜΑΪ́ΟΥ", "μαΐου"],
			["ΣΊΣΥΦΟΣ", "σίσυφος"],
			["Zoë", "Zoe\u0308"],
			["Ⅷ", "VIII"],
		] as const) {
			given(created(), joined(1, taken)).when(join("new", wanted)).isRefused("nickname_taken");
		}
	});

	it("[P8] a poll that is full is full", () => {
		given(created([question(1)], { capacity: 2 }), joined(1), joined(2))
			.when(join("new", "Cy"))
			.isRefused("poll_full");
	});
});
