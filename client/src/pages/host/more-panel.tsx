/** Other screens, a second device, the files, and the end. */
import { useState } from "preact/hooks";
import { hostTexts } from "../../i18n/texts/host.ts";
import { announce } from "../../state/announcer.ts";
import { pathTo } from "../../state/router.ts";
import { Button, ButtonLink } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CommandNote } from "./command-note.tsx";
import { download } from "./download.ts";
import type { HostStore } from "./host-store.ts";
import "./more-panel.css";
import { SecondDevice } from "./second-device.tsx";
import { votesCsv } from "./votes-csv.ts";

interface MorePanelProps {
	readonly host: HostStore;
	readonly code: string;
}

export function MorePanel({ host, code }: MorePanelProps) {
	const t = hostTexts.value;
	return (
		<section class="panel" aria-labelledby="more-heading">
			<h2 id="more-heading">{t.more}</h2>
			<div class="more-buttons">
				<ButtonLink href={pathTo("projector", code)} target="_blank" rel="noopener">
					{t.projector}
					<span class="visually-hidden">, {t.newTab}</span>
				</ButtonLink>
				<ButtonLink href={pathTo("results", code)} target="_blank" rel="noopener">
					{t.results}
					<span class="visually-hidden">, {t.newTab}</span>
				</ButtonLink>
				<SecondDevice code={code} />
				<NewHostLink host={host} />
				<Exports host={host} code={code} />
				<Ending host={host} />
			</div>
		</section>
	);
}

/** For a link that got into the wrong hands. */
function NewHostLink({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const [isAsking, setAsking] = useState(false);
	const isPending = host.commands.isPending("rotate");
	const rotate = async () => {
		setAsking(false);
		if (await host.rotate()) announce(t.rotated);
	};
	return (
		<>
			<Button aria-disabled={isPending} onClick={() => setAsking(true)}>
				{isPending ? t.rotating : t.rotate}
			</Button>
			<CommandNote host={host} names={["rotate"]} />
			<ConfirmDialog
				isOpen={isAsking}
				title={t.rotateAsk}
				confirm={t.rotate}
				onCancel={() => setAsking(false)}
				onConfirm={() => void rotate()}
			>
				{t.rotateHint}
			</ConfirmDialog>
		</>
	);
}

function Exports({ host, code }: MorePanelProps) {
	const t = hostTexts.value;
	const save = async (kind: "csv" | "json") => {
		const isDone = await host.commands.run("export", async () => {
			const votes = await host.session.exportVotes();
			const { questions } = host.poll.snapshot.peek();
			if (kind === "csv") {
				download(`plenum-${code}.csv`, votesCsv(votes, questions, t.csvSeparator), "text/csv");
			} else {
				download(`plenum-${code}.json`, JSON.stringify(votes, null, "\t"), "application/json");
			}
		});
		if (isDone) announce(t.exported);
	};
	const isPending = host.commands.isPending("export");
	return (
		<>
			<div class="more-pair">
				<Button aria-disabled={isPending} onClick={() => void save("csv")}>
					{t.exportCsv}
				</Button>
				<Button aria-disabled={isPending} onClick={() => void save("json")}>
					{t.exportJson}
				</Button>
			</div>
			{isPending && <p class="soft">{t.exporting}</p>}
			<CommandNote host={host} names={["export"]} />
		</>
	);
}

/** Ends it, and once it has ended deletes it: neither can be taken back, so it asks first. */
function Ending({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const [isAsking, setAsking] = useState(false);
	const hasEnded = host.poll.snapshot.value.status === "closed";
	const name = hasEnded ? "delete" : "end";
	const pending = hasEnded ? t.deleting : t.ending;
	return (
		<>
			<Button
				look="danger"
				aria-disabled={host.commands.isPending(name)}
				onClick={() => setAsking(true)}
			>
				{host.commands.isPending(name) ? pending : hasEnded ? t.delete : t.end}
			</Button>
			<CommandNote host={host} names={[name]} />
			<ConfirmDialog
				isOpen={isAsking}
				title={hasEnded ? t.deleteAsk : t.endAsk}
				confirm={hasEnded ? t.delete : t.end}
				isDangerous
				onCancel={() => setAsking(false)}
				onConfirm={() => {
					setAsking(false);
					if (hasEnded) host.delete();
					else host.end();
				}}
			>
				{hasEnded ? t.deleteHint : t.endHint}
			</ConfirmDialog>
		</>
	);
}
