/** Who is in the poll, to be searched, each to be removed after a question. */
import { useRef, useState } from "preact/hooks";
import type { Person } from "../../../../schema/wire/client-messages.ts";
import { formatNumber } from "../../i18n/format.ts";
import { hostTexts } from "../../i18n/texts/host.ts";
import { announce } from "../../state/announcer.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { CrossIcon } from "../../ui/icons.tsx";
import { CommandNote } from "./command-note.tsx";
import type { HostStore } from "./host-store.ts";
import "./people-panel.css";
import { rosterRows } from "./roster-rows.ts";

// More than fit a glance: then a search helps.
const SEARCH_FROM = 8;
const ROWS_AT_ONCE = 60;

export function PeoplePanel({ host }: { readonly host: HostStore }) {
	const t = hostTexts.value;
	const [search, setSearch] = useState("");
	const [max, setMax] = useState(ROWS_AT_ONCE);
	const [asking, setAsking] = useState<Person | undefined>(undefined);
	const heading = useRef<HTMLHeadingElement>(null);
	/** The row that had the focus is about to go. */
	const isLeaving = useRef(false);
	const people = host.roster.value;
	const { rows, left } = rosterRows(people.values(), search, max);

	const remove = async ({ participantId, nickname }: Person) => {
		isLeaving.current = true;
		setAsking(undefined);
		if (await host.remove(participantId)) announce(t.removed(nickname));
	};
	return (
		<section class="panel people-panel" aria-labelledby="people-heading">
			<h2 id="people-heading" tabIndex={-1} ref={heading}>
				{t.people} <span class="number">{formatNumber(people.size)}</span>
			</h2>
			{people.size === 0 && <p class="soft">{t.peopleNone}</p>}
			{people.size >= SEARCH_FROM && (
				<input
					type="search"
					class="input"
					aria-label={t.findPerson}
					placeholder={t.findPerson}
					value={search}
					onInput={(event) => {
						setSearch(event.currentTarget.value);
						setMax(ROWS_AT_ONCE);
					}}
				/>
			)}
			{people.size > 0 && rows.length === 0 && <p class="soft">{t.noMatch}</p>}
			<ul class="people">
				{rows.map((person) => (
					<PersonRow
						key={person.participantId}
						host={host}
						person={person}
						onRemove={() => setAsking(person)}
					/>
				))}
				{left > 0 && (
					<li>
						<Button look="quiet" onClick={() => setMax(max + 4 * ROWS_AT_ONCE)}>
							{t.morePeople(Math.min(left, 4 * ROWS_AT_ONCE))}
						</Button>
					</li>
				)}
			</ul>
			<ConfirmDialog
				isOpen={asking !== undefined}
				title={t.removeAsk(asking?.nickname ?? "")}
				confirm={t.removeDo}
				isDangerous
				onCancel={() => {
					setAsking(undefined);
					if (isLeaving.current) heading.current?.focus();
					isLeaving.current = false;
				}}
				onConfirm={() => asking !== undefined && void remove(asking)}
			>
				{t.removeHint}
			</ConfirmDialog>
		</section>
	);
}

interface PersonRowProps {
	readonly host: HostStore;
	readonly person: Person;
	readonly onRemove: () => void;
}

function PersonRow({ host, person, onRemove }: PersonRowProps) {
	const t = hostTexts.value;
	const { participantId, nickname, online } = person;
	const command = `remove:${participantId}`;
	return (
		<li class={`person ${online ? "" : "person-away"}`}>
			<span class="person-name" dir="auto">
				{nickname}
			</span>
			<span class="person-state">
				{host.commands.isPending(command) ? t.removing : online ? t.here : t.away}
			</span>
			<Button look="quiet" icon aria-label={t.remove(nickname)} onClick={onRemove}>
				<CrossIcon />
			</Button>
			{host.commands.state(command) !== undefined && <CommandNote host={host} names={[command]} />}
		</li>
	);
}
