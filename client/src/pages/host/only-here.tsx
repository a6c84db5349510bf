/** For whoever opened the desk as localhost: no phone comes in by that name, only by another address. */
import { useEffect, useState } from "preact/hooks";
import type { Addresses } from "../../../../schema/wire/http.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import { httpCaller } from "../../session/http-call.ts";
import { keptHostToken } from "../../session/identity.ts";
import { browserStore } from "../../state/browser-store.ts";
import { ButtonLink } from "../../ui/button.tsx";
import { Notice } from "../../ui/notice.tsx";
import { hostLinkOf } from "./host-link.ts";

const ask = httpCaller(location.origin, fetch, 10_000);
const LOCAL = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/;

export function OnlyHere({ code }: { readonly code: string }) {
	const t = hostTexts.value;
	const [addresses, setAddresses] = useState<readonly string[]>([]);
	useEffect(() => {
		if (!LOCAL.test(location.hostname)) return;
		// Without an answer nothing is missing but a hint.
		ask({ path: "/api/addresses" })
			.then((answer) => setAddresses((answer.json() as Addresses).addresses))
			.catch(() => {});
	}, []);
	if (addresses.length === 0) return null;
	const token = keptHostToken(browserStore, code) ?? "";
	return (
		<Notice tone="warn">
			<div class="row">
				<p>{t.onlyHere(location.hostname)}</p>
				{addresses.map((address) => {
					const link = new URL(hostLinkOf(code, token));
					link.hostname = address;
					return (
						<ButtonLink key={address} href={link.href} target="_self">
							{t.goOnAt(link.host)}
						</ButtonLink>
					);
				})}
			</div>
		</Notice>
	);
}
