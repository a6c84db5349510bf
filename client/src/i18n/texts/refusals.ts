/** A sentence for people for every way in which Plenum says no. */
import type {
	HttpErrorCode,
	RequestRefusalCode,
	SeatRefusalCode,
} from "../../../../schema/refusals.ts";
import { type Language, language } from "../language.ts";

export type RefusalCode = RequestRefusalCode | SeatRefusalCode | HttpErrorCode;
type Sentences = Readonly<Record<RefusalCode, string>>;

export const refusalSentences: { readonly [Each in Language]: Sentences } = {
	en: {
		question_not_open: "Voting on this question is not open.",
		question_not_found: "This question does not exist.",
		poll_ended: "The poll has ended.",
		invalid_input: "Something in it cannot be used as it is. Change it and try again.",
		stale_revision: "You voted from somewhere else meanwhile; that vote counts.",
		forbidden: "This is not allowed from here.",
		rate_limited: "Too many attempts. It goes on in a moment.",
		unavailable: "The server cannot take it just now. It goes on in a moment.",
		poll_not_found: "There is no poll with this code.",
		poll_full: "This poll is full: nobody else can join.",
		nickname_taken: "Somebody here has this name already. Choose another one.",
		unauthorized: "The poll does not know this key.",
		removed: "The host has removed you from this poll.",
		not_found: "There is nothing at this address.",
		payload_too_large: "This is too much at once. Make it shorter.",
		internal: "Something went wrong on the server. Try again.",
	},
	de: {
		question_not_open: "Diese Frage ist nicht zur Abstimmung geöffnet.",
		question_not_found: "Diese Frage gibt es nicht.",
		poll_ended: "Die Umfrage ist zu Ende.",
		invalid_input: "So geht es nicht. Bitte ändern und noch einmal versuchen.",
		stale_revision: "Du hast inzwischen woanders abgestimmt; jene Stimme zählt.",
		forbidden: "Das ist von hier aus nicht erlaubt.",
		rate_limited: "Zu viele Versuche. Gleich geht es weiter.",
		unavailable: "Der Server kann es gerade nicht annehmen. Gleich geht es weiter.",
		poll_not_found: "Es gibt keine Umfrage mit diesem Code.",
		poll_full: "Die Umfrage ist voll: Es kann niemand mehr dazukommen.",
		nickname_taken: "Diesen Namen hat hier schon jemand. Bitte einen anderen wählen.",
		unauthorized: "Die Umfrage kennt diesen Schlüssel nicht.",
		removed: "Du wurdest aus dieser Umfrage entfernt.",
		not_found: "Unter dieser Adresse gibt es nichts.",
		payload_too_large: "Das ist zu viel auf einmal. Bitte kürzen.",
		internal: "Auf dem Server ist etwas schiefgegangen. Bitte noch einmal versuchen.",
	},
};

const unknownCode: { readonly [Each in Language]: string } = {
	en: "The server said no. Try again, or reload the page.",
	de: "Der Server hat abgelehnt. Bitte noch einmal versuchen oder die Seite neu laden.",
};

/** Also for codes of a later version. */
export function refusalSentence(code: string): string {
	const sentences: Readonly<Record<string, string>> = refusalSentences[language.value];
	return Object.hasOwn(sentences, code) ? (sentences[code] ?? "") : unknownCode[language.value];
}
