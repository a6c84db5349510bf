/** How to come in, or where the results are: address, code and QR code, always in sight. */
import { projectorTexts } from "../../i18n/texts/projector.ts";
import type { PollSnapshot } from "../../session/view.ts";
import type { LinkStatus } from "../../state/link-status.ts";
import { addressOf } from "../../state/router.ts";
import { ConnectionLight } from "../../ui/connection-light.tsx";
import { QrCode } from "../../ui/qr-code.tsx";

interface WayInProps {
	readonly snapshot: PollSnapshot;
	readonly link: LinkStatus;
	/** `results` once the poll has ended. */
	readonly leadsTo?: "join" | "results";
}

export function WayIn({ snapshot, link, leadsTo = "join" }: WayInProps) {
	const t = projectorTexts.value;
	const { code, participants } = snapshot;
	return (
		<aside class="way-in" aria-label={leadsTo === "join" ? t.welcome : t.resultsAt}>
			<div class="way-in-qr">
				<QrCode address={addressOf(leadsTo, code)} />
			</div>
			<div class="way-in-words">
				{leadsTo === "join" ? (
					<>
						<p class="way-in-address">
							<span class="soft">{t.joinAt}</span> <HostName />
						</p>
						<CodeInLarge code={code} />
						<p class="way-in-joined number">{t.joined(participants)}</p>
						<p class="way-in-full">{t.shortened}</p>
					</>
				) : (
					<p class="way-in-address">
						<span class="soft">{t.resultsAt}</span> <HostName path={`/r/${code}`} />
					</p>
				)}
			</div>
			<ConnectionLight status={link} isTerse />
		</aside>
	);
}

/** What is to be typed: without `https://`. */
export function HostName({ path = "" }: { readonly path?: string }) {
	return (
		<b class="host-name" dir="ltr">
			{location.host}
			<wbr />
			{path}
		</b>
	);
}

/** In two groups, as people read it out; copied and searched as one word. */
export function CodeInLarge({ code }: { readonly code: string }) {
	return (
		<p class="code-in-large" dir="ltr">
			<span>{code.slice(0, 3)}</span>
			<span>{code.slice(3)}</span>
		</p>
	);
}
