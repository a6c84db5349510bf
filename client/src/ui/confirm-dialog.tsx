/** Asks before something that cannot be taken back. The native dialog: Escape, focus and inertness are the browser's. */
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { sharedTexts } from "../i18n/texts/shared.ts";
import { Button } from "./button.tsx";
import "./confirm-dialog.css";

interface ConfirmDialogProps {
	readonly isOpen: boolean;
	readonly title: string;
	/** What will happen, in words. */
	readonly children?: ComponentChildren;
	/** The verb: "End the poll", not "OK". */
	readonly confirm: string;
	readonly isDangerous?: boolean;
	readonly onConfirm: () => void;
	readonly onCancel: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
	const { isOpen, title, children, confirm, isDangerous, onConfirm, onCancel } = props;
	return (
		<Dialog isOpen={isOpen} title={title} onClose={onCancel}>
			{children && <div class="soft">{children}</div>}
			<div class="dialog-actions">
				<Button onClick={onCancel}>{sharedTexts.value.cancel}</Button>
				<Button look={isDangerous ? "danger" : "primary"} onClick={onConfirm}>
					{confirm}
				</Button>
			</div>
		</Dialog>
	);
}

interface DialogProps {
	readonly isOpen: boolean;
	readonly title: string;
	readonly children: ComponentChildren;
	/** Also by Escape. The focus goes back to where it was. */
	readonly onClose: () => void;
}

/** A modal window with a heading, for anything. */
export function Dialog({ isOpen, title, children, onClose }: DialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const titleId = useId();
	useEffect(() => {
		if (isOpen) dialog.current?.showModal();
		else dialog.current?.close();
	}, [isOpen]);
	return (
		<dialog
			ref={dialog}
			class="dialog"
			aria-labelledby={titleId}
			// The event comes late: by then another dialog may have been asked for.
			onClose={() => isOpen && onClose()}
		>
			{isOpen && (
				<div class="stack">
					<h2 id={titleId}>{title}</h2>
					{children}
				</div>
			)}
		</dialog>
	);
}
