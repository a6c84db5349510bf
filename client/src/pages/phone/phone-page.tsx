/** `/j/CODE`: from the code to the last question, for whoever takes part. */
import { useEffect, useMemo } from "preact/hooks";
import { Page } from "../../ui/page.tsx";
import { NicknameScreen } from "./nickname-screen.tsx";
import { EndedScreen, RefusedScreen } from "./over-screens.tsx";
import "./phone-page.css";
import { Seat } from "./seat.tsx";
import { TryingScreen } from "./trying-screen.tsx";
import { PhoneVisit } from "./visit.ts";

export function PhonePage({ code }: { readonly code: string }) {
	const phone = useMemo(() => new PhoneVisit(code), [code]);
	useEffect(() => {
		phone.start();
		return () => phone.leave();
	}, [phone]);
	const { value: visit } = phone.visit;
	const again = () => phone.start();
	if (visit.status === "in") {
		return <Seat session={visit.session} code={code} onAgain={again} />;
	}
	return (
		<Page title={visit.status === "naming" ? visit.title : code} class="phone">
			{visit.status === "naming" && (
				<NicknameScreen
					// Anew after each refusal: what was typed since then is another name.
					key={visit.refusal?.code ?? ""}
					visit={visit}
					code={code}
					onNickname={(nickname) => phone.enter(nickname)}
				/>
			)}
			{(visit.status === "looking" || visit.status === "entering") && (
				<TryingScreen status={visit.status} since={visit.since} />
			)}
			{visit.status === "ended" && <EndedScreen code={code} />}
			{visit.status === "refused" && (
				<RefusedScreen refusal={visit.code} code={code} onAgain={again} />
			)}
		</Page>
	);
}
