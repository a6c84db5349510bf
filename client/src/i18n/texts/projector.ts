/** What a whole hall reads on the wall. */
import { defineTexts } from "../define-texts.ts";
import { de, en } from "../format.ts";

export const projectorTexts = defineTexts({
	en: {
		looking: "Looking for the poll",
		stillTrying: (seconds: number) =>
			`The server has not answered yet. Trying again by itself, for ${en.plural(seconds, { one: "# second", other: "# seconds" })} now.`,
		welcome: "Join in",
		joinAt: "Join at",
		withCode: "with the code",
		resultsAt: "Results at",
		joined: (count: number) =>
			count === 0
				? "Nobody has joined yet"
				: en.plural(count, { one: "# has joined", other: "# have joined" }),
		questionOf: (number: number, total: number) =>
			`Question ${en.number(number)} of ${en.number(total)}`,
		waiting: "Voting opens soon",
		open: "Voting is open",
		closed: "Voting is closed",
		votedOf: (ballots: number, joined: number) =>
			`${en.number(ballots)} of ${en.number(joined)} voted`,
		chooseSome: (max: number) => `Up to ${en.number(max)} answers`,
		chooseAny: "Any number of answers",
		resultLater: "The result is not shown yet.",
		resultHidden: "The host keeps the result of this one.",
		shortened: "The answers in full are on your phone.",
		mostVotes: "Most votes",
		equalFirst: "Equal first",
		ended: "Thank you!",
		endedLead: "The poll has ended.",
		wrongCode: "No poll has this code",
		wrongCodeLead: "Type the code as the host has it: letters and digits are easily mixed up.",
		full: "Too many screens",
		fullLead: "This poll is shown on as many screens as it may be. Close one, then try again.",
		deleted: "This poll is gone",
		deletedLead: "The host has deleted it with all its votes.",
		refused: "This poll cannot be shown",
		stopped: "This screen has stopped following the poll.",
	},
	de: {
		looking: "Die Umfrage wird gesucht",
		stillTrying: (seconds) =>
			`Der Server hat noch nicht geantwortet. Es geht von selbst weiter, seit ${de.plural(seconds, { one: "# Sekunde", other: "# Sekunden" })}.`,
		welcome: "Mitmachen",
		joinAt: "Mitmachen auf",
		withCode: "mit dem Code",
		resultsAt: "Ergebnis auf",
		joined: (count) =>
			count === 0
				? "Noch niemand dabei"
				: de.plural(count, { one: "# Person ist dabei", other: "# sind dabei" }),
		questionOf: (number, total) => `Frage ${de.number(number)} von ${de.number(total)}`,
		waiting: "Gleich geht es los",
		open: "Die Abstimmung läuft",
		closed: "Abstimmung geschlossen",
		votedOf: (ballots, joined) => `${de.number(ballots)} von ${de.number(joined)} abgestimmt`,
		chooseSome: (max) => `Bis zu ${de.number(max)} Antworten`,
		chooseAny: "Beliebig viele Antworten",
		resultLater: "Das Ergebnis wird noch nicht gezeigt.",
		resultHidden: "Das Ergebnis dieser Frage behält die Leitung.",
		shortened: "Der ganze Text steht am Telefon.",
		mostVotes: "Meiste Stimmen",
		equalFirst: "Gleichauf vorn",
		ended: "Danke!",
		endedLead: "Die Umfrage ist zu Ende.",
		wrongCode: "Zu diesem Code gibt es keine Umfrage",
		wrongCodeLead:
			"Bitte den Code so eingeben, wie die Leitung ihn hat: Buchstaben und Ziffern sehen sich ähnlich.",
		full: "Zu viele Leinwände",
		fullLead:
			"Diese Umfrage wird schon auf so vielen Leinwänden gezeigt wie erlaubt. Bitte eine schließen und es noch einmal versuchen.",
		deleted: "Diese Umfrage gibt es nicht mehr",
		deletedLead: "Die Leitung hat sie mit allen Stimmen gelöscht.",
		refused: "Diese Umfrage kann nicht gezeigt werden",
		stopped: "Diese Leinwand folgt der Umfrage nicht mehr.",
	},
});
