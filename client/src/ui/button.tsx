import type { AnchorHTMLAttributes, ButtonHTMLAttributes, ComponentChildren } from "preact";
import "./button.css";
import { Link } from "./link.tsx";

interface Look {
	/** `primary` once a screen; `outline` when not given. */
	readonly look?: "primary" | "outline" | "quiet" | "danger";
	readonly large?: boolean;
	/** Only an icon is shown: give an `aria-label`. */
	readonly icon?: boolean;
	readonly children: ComponentChildren;
}

export type ButtonProps = Look & Omit<ButtonHTMLAttributes<HTMLButtonElement>, "icon">;

/** A button that does something here; `type="button"` unless it says `submit`. */
export function Button({ look, large, icon, ...rest }: ButtonProps) {
	return <button type="button" {...rest} class={classOf({ look, large, icon }, rest.class)} />;
}

/** Looks like a button and leads somewhere. */
export function ButtonLink({
	look,
	large,
	icon,
	...rest
}: Look & { readonly href: string } & AnchorHTMLAttributes<HTMLAnchorElement>) {
	return <Link {...rest} class={classOf({ look, large, icon }, rest.class)} />;
}

interface LookOf {
	readonly look: Look["look"] | undefined;
	readonly large: boolean | undefined;
	readonly icon: boolean | undefined;
}

function classOf({ look = "outline", large, icon }: LookOf, more: unknown): string {
	const names = ["button", `button-${look}`, large && "button-large", icon && "button-icon", more];
	return names.filter((name) => typeof name === "string").join(" ");
}
