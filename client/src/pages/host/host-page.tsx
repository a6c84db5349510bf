/** `/h/CODE`: the poll is directed from here, by whoever holds its host token. */
import { useEffect, useMemo } from "preact/hooks";
import { hostTexts } from "../../i18n/texts/host.ts";
import { useSeconds } from "../../state/use-seconds.ts";
import { Page } from "../../ui/page.tsx";
import { Screen } from "../../ui/screen.tsx";
import { Desk } from "./desk.tsx";
import { HostVisits } from "./host-visit.ts";
import { AskingScreen, RefusedScreen } from "./way-in-screens.tsx";

export function HostPage({ code }: { readonly code: string }) {
	const visits = useMemo(() => new HostVisits(code), [code]);
	useEffect(() => visits.start(), [visits]);
	const { value: visit } = visits.visit;
	if (visit.status === "in") {
		return <Desk session={visit.session} code={code} onAgain={() => visits.enter()} />;
	}
	return (
		<Page title={code}>
			{visit.status === "entering" && <EnteringScreen since={visit.since} />}
			{visit.status === "asking" && (
				<AskingScreen
					code={code}
					isWrong={visit.isWrong}
					onToken={(token) => visits.enter(token)}
				/>
			)}
			{visit.status === "refused" && (
				<RefusedScreen refusal={visit.code} code={code} onAgain={() => visits.enter()} />
			)}
		</Page>
	);
}

// Before that it is only being quick.
const EXPLAIN_AFTER_SECONDS = 4;

function EnteringScreen({ since }: { readonly since: number }) {
	const t = hostTexts.value;
	const seconds = useSeconds(since);
	return (
		<Screen name="host-entering" heading={t.entering} isQuiet>
			{seconds >= EXPLAIN_AFTER_SECONDS && <p class="lead number">{t.stillTrying(seconds)}</p>}
		</Screen>
	);
}
