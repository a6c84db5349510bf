/** A link within Plenum: changes the page without loading it anew, unless asked for another tab. */
import type { AnchorHTMLAttributes } from "preact";
import { navigate } from "../state/router.ts";

type LinkProps = AnchorHTMLAttributes<HTMLAnchorElement> & { readonly href: string };

export function Link({ href, target, ...rest }: LinkProps) {
	const follow = (event: MouseEvent) => {
		const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
		if (!isPlain || target !== undefined) return;
		event.preventDefault();
		navigate(href);
	};
	return <a {...rest} href={href} target={target} onClick={follow} />;
}
