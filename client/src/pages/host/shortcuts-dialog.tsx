/** The list of keys, and the switch for them. */
import { hostTexts } from "../../i18n/texts/host.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/confirm-dialog.tsx";
import { Switch } from "../../ui/switch.tsx";
import { shortcutKeys } from "./shortcut-keys.ts";
import { areShortcutsOn, switchShortcuts } from "./shortcuts.ts";
import "./shortcuts-dialog.css";

interface ShortcutsDialogProps {
	readonly isOpen: boolean;
	readonly onClose: () => void;
}

export function ShortcutsDialog({ isOpen, onClose }: ShortcutsDialogProps) {
	const t = hostTexts.value;
	const rows = [
		[shortcutKeys.next, t.keyNext],
		[shortcutKeys.toggle, t.keyToggle],
		[shortcutKeys.down, t.keyDown],
		[shortcutKeys.up, t.keyUp],
		[shortcutKeys.code, t.keyCode],
		[shortcutKeys.projector, t.keyProjector],
		[shortcutKeys.help, t.keyHelp],
	];
	const choices: { value: "on" | "off"; label: string }[] = [
		{ value: "on", label: t.on },
		{ value: "off", label: t.off },
	];
	return (
		<Dialog isOpen={isOpen} title={t.shortcuts} onClose={onClose}>
			<dl class="shortcuts">
				{rows.map(([key, words]) => (
					<div key={key}>
						<dt>
							<kbd>{key}</kbd>
						</dt>
						<dd>{words}</dd>
					</div>
				))}
			</dl>
			<Switch
				label={t.shortcutsUse}
				options={choices}
				chosen={areShortcutsOn.value ? "on" : "off"}
				onChoose={(value) => switchShortcuts(value === "on")}
			/>
			<div class="dialog-actions">
				<Button look="primary" onClick={onClose}>
					{t.done}
				</Button>
			</div>
		</Dialog>
	);
}
