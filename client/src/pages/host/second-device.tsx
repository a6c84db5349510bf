/** The link that makes another device the host, shown only when asked for. */
import { useRef, useState } from "preact/hooks";
import { hostTexts } from "../../i18n/texts/host.ts";
import { keptHostToken } from "../../session/identity.ts";
import { browserStore } from "../../state/browser-store.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/confirm-dialog.tsx";
import { Field } from "../../ui/field.tsx";
import { Notice } from "../../ui/notice.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import { hostLinkOf } from "./host-link.ts";
import "./second-device.css";

export function SecondDevice({ code }: { readonly code: string }) {
	const t = hostTexts.value;
	const [isOpen, setOpen] = useState(false);
	return (
		<>
			<Button onClick={() => setOpen(true)}>{t.secondDevice}</Button>
			<Dialog isOpen={isOpen} title={t.secondDevice} onClose={() => setOpen(false)}>
				<HostLinkPart code={code} onDone={() => setOpen(false)} />
			</Dialog>
		</>
	);
}

function HostLinkPart({ code, onDone }: { readonly code: string; readonly onDone: () => void }) {
	const t = hostTexts.value;
	const field = useRef<HTMLInputElement>(null);
	const [said, setSaid] = useState("");
	const link = hostLinkOf(code, keptHostToken(browserStore, code) ?? "");
	const copy = async () => {
		field.current?.select();
		try {
			await navigator.clipboard.writeText(link);
			setSaid(t.copied);
		} catch {
			// Not over plain HTTP: it is selected, and one key away.
			setSaid(t.copyByHand);
		}
	};
	return (
		<>
			<p>{t.secondDeviceLead}</p>
			<Notice tone="warn">{t.secondDeviceWarning}</Notice>
			<div class="second-device-qr">
				<QrCode address={link} />
			</div>
			<Field label={t.hostLink}>
				{(control) => (
					<input {...control} ref={field} class="input" readOnly value={link} dir="ltr" />
				)}
			</Field>
			<div class="dialog-actions">
				<p class="second-device-said" role="status">
					{said}
				</p>
				<Button onClick={() => void copy()}>{t.copy}</Button>
				<Button look="primary" onClick={onDone}>
					{t.done}
				</Button>
			</div>
		</>
	);
}
