/** Code, address and QR code: always in sight, and large on demand. */
import { hostTexts } from "../../i18n/texts/host.ts";
import { addressOf } from "../../state/router.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/confirm-dialog.tsx";
import { QrCode } from "../../ui/qr-code.tsx";
import "./join-panel.css";

interface JoinPanelProps {
	readonly code: string;
	readonly isLarge: boolean;
	readonly onLarge: (isLarge: boolean) => void;
}

export function JoinPanel({ code, isLarge, onLarge }: JoinPanelProps) {
	const t = hostTexts.value;
	return (
		<section class="join-panel" aria-label={t.joinPanel}>
			<button
				type="button"
				class="join-qr"
				aria-label={t.enlarge}
				title={t.enlarge}
				onClick={() => onLarge(true)}
			>
				<QrCode address={addressOf("join", code)} />
			</button>
			<div class="join-words">
				<JoinWords code={code} />
				<Button look="quiet" class="join-enlarge" onClick={() => onLarge(true)}>
					{t.enlarge}
				</Button>
			</div>
			<Dialog isOpen={isLarge} title={t.scan} onClose={() => onLarge(false)}>
				<div class="join-large">
					<div class="join-large-qr">
						<QrCode address={addressOf("join", code)} />
					</div>
					<div class="join-large-words">
						<JoinWords code={code} />
						<Button look="primary" large onClick={() => onLarge(false)}>
							{t.done}
						</Button>
					</div>
				</div>
			</Dialog>
		</section>
	);
}

function JoinWords({ code }: { readonly code: string }) {
	const t = hostTexts.value;
	return (
		<dl class="join-list">
			<div>
				<dt>{t.code}</dt>
				<dd class="join-code" dir="ltr">
					{code}
				</dd>
			</div>
			<div>
				<dt>{t.joinAt}</dt>
				<dd class="join-address" dir="ltr">
					{location.host}
				</dd>
			</div>
		</dl>
	);
}
