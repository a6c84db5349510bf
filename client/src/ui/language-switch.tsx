import { type Language, language, languages } from "../i18n/language.ts";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { chooseLanguage } from "../state/preferences.ts";
import { Switch } from "./switch.tsx";

/** Every language by its own name. */
export function LanguageSwitch() {
	const options = (Object.keys(languages) as Language[]).map((value) => ({
		value,
		label: languages[value].name,
	}));
	return (
		<Switch
			label={sharedTexts.value.language}
			options={options}
			chosen={language.value}
			onChoose={chooseLanguage}
		/>
	);
}
