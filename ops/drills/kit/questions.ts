/** What every poll of a drill asks. */
export const QUESTIONS = [
	{ prompt: "Where to?", options: ["sea", "hills", "city"] },
	{
		prompt: "What with?",
		kind: "multiple" as const,
		options: ["boat", "bike", "bus", "feet"],
		maxChoices: 2,
	},
];
