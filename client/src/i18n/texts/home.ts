/** What the first page says. */
import { defineTexts } from "../define-texts.ts";

export const homeTexts = defineTexts({
	en: {
		heading: "What does the room think?",
		lead: "Type the code from the screen and have your say.",
		hostQuestion: "You are the one who asks?",
		start: "Start a poll",
	},
	de: {
		heading: "Was denkt der Saal?",
		lead: "Den Code von der Leinwand eingeben und mitreden.",
		hostQuestion: "Du stellst die Fragen?",
		start: "Umfrage starten",
	},
});
