import { sharedTexts } from "../i18n/texts/shared.ts";
import { chooseTheme, theme } from "../state/preferences.ts";
import { Switch } from "./switch.tsx";

/** Light, dark, or as the system has it. */
export function ThemeSwitch() {
	const t = sharedTexts.value;
	return (
		<Switch
			label={t.theme}
			options={[
				{ value: "system", label: t.themeSystem },
				{ value: "light", label: t.themeLight },
				{ value: "dark", label: t.themeDark },
			]}
			chosen={theme.value}
			onChoose={chooseTheme}
		/>
	);
}
